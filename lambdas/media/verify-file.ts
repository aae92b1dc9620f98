import { createHash } from 'node:crypto';

/** What a file should be. */
export interface ExpectedFile {
  sizeBytes: number;
  /** Hexadecimal: all that are known. */
  sha256: readonly string[];
}

/** The bytes that came are not the file. */
export class CorruptFileError extends Error {
  override readonly name = 'CorruptFileError';
}

/**
 * Passes a file's bytes on and checks them: the last ones are held back until the size and every hash
 * agree. Whoever writes them with a known length has written nothing whole before.
 * @param onVerified gets the SHA-256 (hexadecimal) before the last bytes pass
 * @throws CorruptFileError as soon as they cannot agree any more; a file without bytes is none
 */
export async function* verified(
  chunks: AsyncIterable<Uint8Array>,
  { sizeBytes, sha256: expected }: ExpectedFile,
  onVerified: (sha256: string) => void,
): AsyncGenerator<Uint8Array, void> {
  const digest = createHash('sha256');
  let received = 0;
  let held: Uint8Array | undefined;
  for await (const chunk of chunks) {
    if (chunk.length === 0) {
      continue;
    }
    received += chunk.length;
    if (received > sizeBytes) {
      throw new CorruptFileError('The file is longer than was said');
    }
    digest.update(chunk);
    if (held) {
      yield held;
    }
    held = chunk;
  }
  if (!held || received !== sizeBytes) {
    throw new CorruptFileError('The file is shorter than was said');
  }
  const sha256 = digest.digest('hex');
  if (expected.some((hash) => hash !== sha256)) {
    throw new CorruptFileError('The file has another hash than was said');
  }
  onVerified(sha256);
  yield held;
}

/**
 * A SHA-256 as hexadecimal, from hexadecimal or base64: webhooks have the one, the Graph API the other.
 * @returns undefined for anything else
 */
export function hexOfSha256(text: string | undefined): string | undefined {
  if (text === undefined) {
    return undefined;
  }
  if (/^[0-9a-f]{64}$/i.test(text)) {
    return text.toLowerCase();
  }
  return /^[\w+/-]{43}=?$/.test(text) ? Buffer.from(text, 'base64').toString('hex') : undefined;
}
