import { type KMSClient, KMSServiceException, ReEncryptCommand } from '@aws-sdk/client-kms';
import type { TakeoverKey } from './stored-secrets.port.ts';

/** What KMS says of one ciphertext or its key. Source: AWS KMS API Reference, "ReEncrypt", "Common errors". */
const refusals: readonly string[] = [
  'AccessDeniedException',
  'DisabledException',
  'IncorrectKeyException',
  'InvalidCiphertextException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'NotFoundException',
];

/** A key of AWS KMS. @param keyArn its ARN, or that of an alias */
export function takeoverKeyInKms(client: KMSClient, keyArn: string): TakeoverKey {
  return {
    async reencrypt(ciphertext, context) {
      try {
        const answer = await client.send(
          new ReEncryptCommand({
            CiphertextBlob: ciphertext,
            SourceEncryptionContext: { ...context },
            DestinationKeyId: keyArn,
            DestinationEncryptionContext: { ...context },
          }),
        );
        const { CiphertextBlob, SourceKeyId, KeyId } = answer;
        if (!CiphertextBlob) {
          throw new Error('KMS answered without a ciphertext');
        }
        const wasCurrent =
          SourceKeyId === KeyId && answer.SourceKeyMaterialId === answer.DestinationKeyMaterialId;
        return { ciphertext: CiphertextBlob, wasCurrent };
      } catch (error) {
        if (error instanceof KMSServiceException && refusals.includes(error.name)) {
          return { refused: error.name };
        }
        throw error;
      }
    },
  };
}
