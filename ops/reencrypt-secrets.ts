import pLimit from 'p-limit';
import type { StoredSecret, StoredSecrets, TakeoverKey } from './stored-secrets.port.ts';

/** What has become of the ciphertexts so far. */
export interface Reencryption {
  /** Encrypted anew; in a dry run: to be. */
  reencrypted: number;
  /** Under the key's present material already: left as they are. */
  current: number;
  /** Replaced or deleted by somebody else between reading and writing: left as they are. */
  changed: number;
  /** Not encrypted anew, and why. */
  refused: (Pick<StoredSecret, 'organizationId' | 'kind' | 'id'> & { reason: string })[];
}

/** How it is to be done. */
export interface ReencryptOptions {
  /** Only this organisation's; absent: everybody's. */
  organizationId?: string | undefined;
  /** Writes nothing; everything else is done. */
  dryRun: boolean;
  /** Told after each ciphertext. */
  onProgress(soFar: Reencryption): void;
}

/** Far below what KMS takes in a second of any account. Source: AWS KMS, "Request quotas". */
const concurrency = 10;

/**
 * Encrypts the stored tokens and PINs anew. May be interrupted and run again: each is written by itself.
 * @throws where the table or KMS cannot be used
 */
export async function reencryptSecrets(
  { secrets, key }: { secrets: StoredSecrets; key: TakeoverKey },
  { organizationId, dryRun, onProgress }: ReencryptOptions,
): Promise<Reencryption> {
  const result: Reencryption = { reencrypted: 0, current: 0, changed: 0, refused: [] };
  const limit = pLimit(concurrency);

  async function reencrypt(secret: StoredSecret): Promise<void> {
    const outcome = secret.context
      ? await key.reencrypt(secret.ciphertext, secret.context)
      : { refused: 'this version does not know what it is' };
    if ('refused' in outcome) {
      const { organizationId, kind, id } = secret;
      result.refused.push({ organizationId, kind, id, reason: outcome.refused });
    } else if (outcome.wasCurrent) {
      result.current++;
    } else if (dryRun || (await secrets.replace(secret, outcome.ciphertext))) {
      result.reencrypted++;
    } else {
      result.changed++;
    }
    onProgress(result);
  }

  try {
    for await (const page of secrets.pages(organizationId)) {
      await limit.map(page, reencrypt);
    }
    return result;
  } finally {
    limit.clearQueue();
  }
}
