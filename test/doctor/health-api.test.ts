import { createHash } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readReport } from '../../ops/health-api.ts';
import { callApi } from '../../ops/service-api.ts';

const report = { organizationId: 'acme', checkedAt: 'now', healthy: true, checks: [] };
const aws = 'https://abc123.execute-api.eu-central-1.amazonaws.com';

const { fetch: realFetch, process } = globalThis;
const realEnvironment = { ...process.env };
let sent: { url: string; headers: Headers }[] = [];
beforeEach(() => {
  sent = [];
  globalThis.fetch = async (input, init) => {
    sent.push({ url: String(input), headers: new Headers(init?.headers) });
    return Response.json(report);
  };
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'session',
  });
});
afterEach(() => {
  globalThis.fetch = realFetch;
  process.env = { ...realEnvironment };
});

describe('a request to the API', () => {
  it('is signed for the region in the address where it goes to AWS', async () => {
    const answer = await readReport({ url: aws }, 'acme');
    expect(answer).toEqual({ report, clockSkewMs: undefined });
    const [{ url, headers } = { url: '', headers: new Headers() }] = sent;
    expect(url).toBe(`${aws}/whatsapp-health?organizationId=acme`);
    expect(headers.get('authorization')).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-central-1\/execute-api\/aws4_request, SignedHeaders=host;[a-z0-9;-]*x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    expect(headers.get('x-amz-security-token')).toBe('session');
  });

  it('is signed with its body', async () => {
    const signed = async (body: object) => {
      await callApi({ url: aws }, { method: 'POST', path: '/save-whatsapp-credentials', body });
      const headers = sent.at(-1)?.headers;
      expect(headers?.get('content-type')).toBe('application/json');
      return [headers?.get('x-amz-content-sha256'), headers?.get('authorization')];
    };
    const one = await signed({ organizationId: 'acme' });
    const other = await signed({ organizationId: 'rival' });
    expect(one[0]).toBe(createHash('sha256').update('{"organizationId":"acme"}').digest('hex'));
    expect(one[1]).toMatch(/^AWS4-HMAC-SHA256 .*SignedHeaders=host;.*x-amz-content-sha256/);
    expect(other[0]).not.toBe(one[0]);
  });

  it('carries the token where there is one', async () => {
    await readReport({ url: aws, token: 'jwt' }, 'acme');
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer jwt');
  });

  it('goes to the local run as it is', async () => {
    await readReport({ url: 'http://127.0.0.1:4000' }, 'acme');
    expect([...(sent[0]?.headers.keys() ?? [])]).toEqual([]);
  });
});
