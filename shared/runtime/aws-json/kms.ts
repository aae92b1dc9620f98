import type { awsClientConfig } from '../aws-client.ts';
import { JsonClient, operation } from './client.ts';

/** As the SDK's. */
export class KMSClient extends JsonClient {
  constructor(config: ReturnType<typeof awsClientConfig>) {
    const service = {
      ...{ name: 'kms', fipsName: 'kms-fips', target: 'TrentService', errors: {} },
      ...({ endpointVariable: 'AWS_ENDPOINT_URL_KMS', version: '1.1' } as const),
      encode: (input: unknown) => withBlobs(input, asText),
      decode: (output: unknown) => withBlobs(output, asBytes),
    };
    super(service, config);
  }
}

export const DecryptCommand = operation('Decrypt');
export const EncryptCommand = operation('Encrypt');

/** What is bytes, and base64 in JSON. */
const blobs = ['CiphertextBlob', 'Plaintext'];

function withBlobs(fields: unknown, convert: (blob: unknown) => unknown): unknown {
  const converted = Object.entries(Object(fields)).map(([name, value]) => [
    name,
    blobs.includes(name) ? convert(value) : value,
  ]);
  return Object.fromEntries(converted);
}

function asText(bytes: unknown): unknown {
  return bytes instanceof Uint8Array ? Buffer.from(bytes).toString('base64') : bytes;
}

function asBytes(text: unknown): unknown {
  return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : text;
}
