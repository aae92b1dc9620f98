import { createHash, createHmac } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { KMSClient } from '@aws-sdk/client-kms';
import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { awsEnvSchema } from '../../shared/runtime/aws-json/aws.env.ts';
import { type Endpoint, endpointOf } from '../../shared/runtime/aws-json/endpoint.ts';
import { signedHeaders } from '../../shared/runtime/aws-json/signature.ts';

/** SHA-256, or its HMAC, as the SDK's signer wants it. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : bytesOf(secret));
  }
  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.#hash.update(typeof data === 'string' ? data : bytesOf(data));
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {}
}

function bytesOf(data: ArrayBuffer | ArrayBufferView): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

const word = fc.stringMatching(/^[\w.-]{1,20}$/);

it("a request is signed as the SDK's signer signs it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        body: fc.string({ unit: 'grapheme' }),
        headers: fc.record({
          'content-type': fc.constantFrom('application/x-amz-json-1.0', 'a   b  c'),
          'x-amz-target': word,
        }),
        host: word,
        credentials: fc.record({
          accessKeyId: word,
          secretAccessKey: fc.string({ minLength: 1 }),
          sessionToken: fc.constantFrom(undefined, '', 'a/b+c='),
        }),
        scope: fc.record({ region: word, service: word }),
        now: fc.date({ min: new Date(0), max: new Date('2099-01-01'), noInvalidDate: true }),
      }),
      async ({ body, headers, host, credentials, scope, now }) => {
        const signer = new SignatureV4({
          ...{ ...scope, sha256: Sha256, applyChecksum: false },
          credentials: {
            accessKeyId: credentials.accessKeyId,
            secretAccessKey: credentials.secretAccessKey,
            ...(credentials.sessionToken && { sessionToken: credentials.sessionToken }),
          },
        });
        const theirs = await signer.sign(
          {
            ...{ method: 'POST', protocol: 'https:', hostname: host, path: '/' },
            ...{ headers: { ...headers, host }, body },
          },
          { signingDate: now },
        );
        const ours = signedHeaders({ headers: { ...headers, host }, body }, credentials, {
          ...{ ...scope, now },
        });
        expect(ours).toEqual(theirs.headers);
      },
    ),
  );
});

describe('a service is found', () => {
  const keys = { AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' };
  const dynamoDb: Endpoint = {
    ...{ name: 'dynamodb', fipsName: 'dynamodb-fips' },
    endpointVariable: 'AWS_ENDPOINT_URL_DYNAMODB',
  };
  const kms: Endpoint = {
    ...{ name: 'kms', fipsName: 'kms-fips' },
    endpointVariable: 'AWS_ENDPOINT_URL_KMS',
  };
  const regions = ['eu-west-1', 'us-gov-west-1', 'cn-north-1', 'eusc-de-east-1'];

  it.each(regions.flatMap((region) => [false, true].map((isFips) => ({ region, isFips }))))(
    'where the SDK finds it: $region, FIPS $isFips',
    ({ region, isFips }) => {
      const env = { ...keys, AWS_REGION: region, AWS_USE_FIPS_ENDPOINT: String(isFips) };
      const asked = { Region: region, UseFIPS: isFips, UseDualStack: false };
      const theirs = [new DynamoDBClient({ region }), new KMSClient({ region })].map(
        ({ config }) => config.endpointProvider(asked).url.href,
      );
      expect([dynamoDb, kms].map((service) => endpointOf(service, env).href)).toEqual(theirs);
    },
  );

  it.each([
    ['all services are', { AWS_ENDPOINT_URL: 'http://127.0.0.1:1' }, 'http://127.0.0.1:1/'],
    [
      'it is by itself',
      { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_ENDPOINT_URL_KMS: 'http://127.0.0.1:2' },
      'http://127.0.0.1:2/',
    ],
    [
      'AWS has it, where a variable is empty',
      { AWS_ENDPOINT_URL: '', AWS_ENDPOINT_URL_KMS: '' },
      'https://kms.us-east-1.amazonaws.com/',
    ],
  ])('where %s', (_where, env, url) => {
    const parsed = awsEnvSchema.parse({ ...keys, AWS_REGION: 'us-east-1', ...env });
    expect(endpointOf(kms, parsed).href).toBe(url);
  });
});
