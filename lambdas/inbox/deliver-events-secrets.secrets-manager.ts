import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { parseJson } from '../../shared/json.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import {
  type SigningSecrets,
  signingSecretsSchema,
} from '../../shared/webhooks-out/signing-secrets.schema.ts';
import type { SigningSecretsSource } from './deliver-events-secrets.port.ts';

/** A rotation reaches every environment within this time, in ms. */
const freshMs = 5 * 60 * 1000;

/**
 * The secrets in Secrets Manager, by their ARN, remembered for five minutes, and for longer while
 * they cannot be read again: the receiver decides what it still takes.
 */
export function signingSecretsInSecretsManager(
  arn: string,
  now: () => number,
): SigningSecretsSource {
  const client = new SecretsManagerClient(awsClientConfig(interactiveBudget));
  let known: { secrets: SigningSecrets; readAt: number } | undefined;

  async function readNow(): Promise<SigningSecrets> {
    const { SecretString } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    const json = parseJson(SecretString ?? '');
    const { data } = signingSecretsSchema.safeParse(json.ok ? json.value : undefined);
    if (!data) {
      throw new Error(
        'The events secret is not {"secrets": ["whsec_..."]} with one to three of them: put it in (docs/webhooks-out.md)',
      );
    }
    return data;
  }

  return {
    async read() {
      if (known && now() - known.readAt < freshMs) {
        return known.secrets;
      }
      try {
        known = { secrets: await readNow(), readAt: now() };
      } catch (error) {
        if (!known) {
          throw error;
        }
      }
      return known.secrets;
    },
  };
}
