import { DecryptCommand, EncryptCommand, KMSClient } from '@aws-sdk/client-kms';
import { awsClientConfig, interactiveBudget } from '../runtime/aws-client.ts';
import { AccessToken } from './access-token.ts';
import type { TokenCipher } from './token-cipher.port.ts';

/** Encrypts with one key of AWS KMS, by its ARN. A token may have 4096 bytes. */
export function tokenCipherInKms(keyArn: string): TokenCipher {
  const client = new KMSClient(awsClientConfig(interactiveBudget));
  return {
    async encrypt(token, context) {
      const { CiphertextBlob } = await client.send(
        new EncryptCommand({
          KeyId: keyArn,
          Plaintext: Buffer.from(token.reveal()),
          EncryptionContext: context,
        }),
      );
      if (!CiphertextBlob) {
        throw new Error('KMS answered without a ciphertext');
      }
      return CiphertextBlob;
    },
    async decrypt(ciphertext, context) {
      const { Plaintext } = await client.send(
        new DecryptCommand({
          KeyId: keyArn,
          CiphertextBlob: ciphertext,
          EncryptionContext: context,
        }),
      );
      if (!Plaintext) {
        throw new Error('KMS answered without a plaintext');
      }
      return new AccessToken(Buffer.from(Plaintext).toString('utf8'));
    },
  };
}
