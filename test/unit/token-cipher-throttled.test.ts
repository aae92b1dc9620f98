import { createServer } from 'node:http';
import { afterAll, expect, it, jest } from '@jest/globals';
import { countedTokenCipher } from '../../shared/credentials/token-cipher.composition.ts';

let refusal = '';
const kms = createServer((_request, response) => {
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' });
  response.end(JSON.stringify({ __type: refusal }));
});
await new Promise<void>((resolve) => kms.listen(0, '127.0.0.1', resolve));
const address = kms.address();
const port = typeof address === 'object' ? address?.port : undefined;
Object.assign(process.env, {
  AWS_ENDPOINT_URL_KMS: `http://127.0.0.1:${port}`,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
});
const cipher = countedTokenCipher('arn:aws:kms:eu-west-1:000000000000:key/token');

afterAll(() => {
  kms.close();
});

it.each([
  ['ThrottlingException', 1],
  ['AccessDeniedException', 0],
])('%s of KMS is counted %i times, and thrown', async (name, times) => {
  refusal = name;
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  await expect(cipher.decrypt(new Uint8Array([1]), {})).rejects.toMatchObject({ name });
  const lines = written.mock.calls.filter(([line]) => String(line).includes('TokenKeyThrottled'));
  written.mockRestore();
  expect(lines).toHaveLength(times);
});
