import type { awsClientConfig } from '../aws-client.ts';
import { bytesOf, mapped, withoutBytes } from './bytes.ts';
import { JsonClient, operation } from './client.ts';

/** As the SDK's. */
export class KMSClient extends JsonClient {
  constructor(config: ReturnType<typeof awsClientConfig>) {
    const service = {
      ...{ name: 'kms', fipsName: 'kms-fips', target: 'TrentService', errors: {} },
      ...({ endpointVariable: 'AWS_ENDPOINT_URL_KMS', version: '1.1' } as const),
      ...{ encode: withoutBytes, decode: withBytes },
    };
    super(service, config);
  }
}

export const DecryptCommand = operation('Decrypt');
export const EncryptCommand = operation('Encrypt');

/** What of an output is bytes. */
const blobs = ['CiphertextBlob', 'Plaintext'];

function withBytes(output: unknown): unknown {
  return mapped(output, (value, name) =>
    blobs.includes(name) && typeof value === 'string' ? bytesOf(value) : value,
  );
}
