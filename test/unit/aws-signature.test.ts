import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import fc from 'fast-check';
import { endpointOf } from '../../shared/runtime/aws-json/endpoint.ts';
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
          sessionToken: fc.option(word, { nil: undefined }),
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
  const sqs = {
    ...{ name: 'sqs', fipsName: 'sqs-fips' },
    endpointVariable: 'AWS_ENDPOINT_URL_SQS',
  } as const;
  it.each([
    ['in its region', { AWS_REGION: 'eu-west-1' }, 'https://sqs.eu-west-1.amazonaws.com/'],
    ['in China', { AWS_REGION: 'cn-north-1' }, 'https://sqs.cn-north-1.amazonaws.com.cn/'],
    [
      'with FIPS',
      { AWS_REGION: 'us-east-1', AWS_USE_FIPS_ENDPOINT: 'true' },
      'https://sqs-fips.us-east-1.amazonaws.com/',
    ],
    [
      'where all services are',
      { AWS_REGION: 'us-east-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
      'http://127.0.0.1:1/',
    ],
    [
      'where it is by itself',
      {
        AWS_REGION: 'us-east-1',
        AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
        AWS_ENDPOINT_URL_SQS: 'http://127.0.0.1:2',
      },
      'http://127.0.0.1:2/',
    ],
  ])('%s', (_where, env, url) => {
    expect(endpointOf(sqs, { ...keys, ...env }).href).toBe(url);
  });
});
