import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { MediaFile } from '../../lambdas/media/media-store.port.ts';
import { mediaStoreInS3 } from '../../lambdas/media/media-store.s3.ts';
import { type S3Request, startS3, startServer } from './hostile-cdn.ts';

let s3: Awaited<ReturnType<typeof startS3>>;
beforeAll(async () => {
  s3 = await startS3();
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ENDPOINT_URL_S3: s3.url,
  });
});
afterAll(() => s3.stop());

const block = Buffer.alloc(64 * 1024, 'x');
const blocks = 64;
const content = Buffer.concat(Array.from({ length: blocks }, () => block));
const digest = createHash('sha256').update(content).digest();

function file(bytes: () => AsyncGenerator<Uint8Array>, key: string): MediaFile {
  return {
    key,
    mimeType: 'application/pdf',
    sizeBytes: content.length,
    sha256: digest.toString('hex'),
    filename: 'فاتورة.pdf',
    tag: 'retentionDays=90',
    bytes: bytes(),
  };
}

async function* all() {
  for (let count = 0; count < blocks; count++) yield block;
}

it('a file is one request of known length, and says what it is', async () => {
  await mediaStoreInS3('media').put(file(all, 'whole'));
  expect(s3.requests).toHaveLength(1);
  const { headers = {}, ...request }: Partial<S3Request> = s3.requests[0] ?? {};
  expect(request).toEqual({
    method: 'PUT',
    path: '/media/whole',
    received: content.length,
    sha256: digest.toString('hex'),
    isWhole: true,
  });
  expect(headers).toMatchObject({
    'content-length': String(content.length),
    'content-type': 'application/pdf',
    'content-disposition': "attachment; filename*=UTF-8''%D9%81%D8%A7%D8%AA%D9%88%D8%B1%D8%A9.pdf",
    'x-amz-tagging': 'retentionDays=90',
    'x-amz-checksum-sha256': digest.toString('base64'),
  });
  const framed = [
    'transfer-encoding',
    'content-encoding',
    'x-amz-trailer',
    'x-amz-sdk-checksum-algorithm',
  ];
  expect(framed.filter((name) => headers[name] !== undefined)).toEqual([]);
});

it('a file whose bytes end with an error is never whole, and its error is told', async () => {
  async function* cut() {
    for (let count = 0; count < blocks - 1; count++) yield block;
    throw new Error('not the file');
  }
  s3.requests.length = 0;
  await expect(mediaStoreInS3('media').put(file(cut, 'cut'))).rejects.toThrow('not the file');
  expect(s3.requests.length).toBeLessThanOrEqual(1);
  expect(s3.requests.some(({ isWhole }) => isWhole)).toBe(false);
});

it('where S3 refuses, whoever gives the bytes is told to stop', async () => {
  const refusing = await startServer((request, response) => {
    request.once('data', () => response.writeHead(403, { connection: 'close' }).end());
  });
  const given = Promise.withResolvers<string>();
  async function* endless() {
    try {
      for (;;) yield block;
    } finally {
      given.resolve('told to stop');
    }
  }
  process.env['AWS_ENDPOINT_URL_S3'] = refusing.url;
  await expect(mediaStoreInS3('media').put(file(endless, 'refused'))).rejects.toThrow();
  process.env['AWS_ENDPOINT_URL_S3'] = s3.url;
  expect(await given.promise).toBe('told to stop');
  await refusing.stop();
});
