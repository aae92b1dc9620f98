import type { SigningSecrets } from '../../shared/webhooks-out/signing-secrets.schema.ts';

/** Where the secrets are kept that webhooks to the inbox backend are signed with. */
export interface SigningSecretsSource {
  /** @throws when they cannot be read, or are not filled in yet */
  read(): Promise<SigningSecrets>;
}
