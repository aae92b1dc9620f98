import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mediaObject } from '../../local/meta/messages.ts';
import { appSecret, phoneNumberId, runGraph, textMessage, token, wabaId } from './running-graph.ts';

let running: Awaited<ReturnType<typeof runGraph>>;
beforeAll(async () => {
  running = await runGraph();
});
afterAll(() => running.stop());

const proof = (secret: string) => createHmac('sha256', secret).update(token).digest('hex');

async function errorOf(answer: Promise<Response>): Promise<unknown> {
  const response = await answer;
  return { status: response.status, ...JSON.parse(await response.text()).error };
}

describe('the fake Graph API', () => {
  it("answers what is not simulated with Graph's error envelope, and records no credential", async () => {
    const target = '22/unknown?access_token=hidden&appsecret_proof=hidden&fields=id';
    const response = await running.call(target, {
      method: 'POST',
      body: JSON.stringify({
        to: '1',
        template: { language: { code: 'ar' } },
        client_secret: 'hidden',
      }),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: {
        message: expect.stringContaining('is not simulated yet'),
        type: 'OAuthException',
        code: 100,
        error_subcode: 33,
        fbtrace_id: expect.any(String),
      },
    });
    const calls = await running.local('GET', 'calls');
    expect(calls?.body).toEqual([
      {
        method: 'POST',
        path: '/v25.0/22/unknown?access_token=***&appsecret_proof=***&fields=id',
        body: { to: '1', template: { language: { code: 'ar' } }, client_secret: '***' },
        status: 400,
      },
    ]);
    expect(JSON.stringify(calls)).not.toContain('hidden');
  });

  it.each(['pin', 'verify_token'])('records no %s, in the body or the query', async (name) => {
    const init = { method: 'POST', body: JSON.stringify({ [name]: 'hidden' }) };
    await running.call(`22/unknown?${name}=hidden`, init);
    const calls = await running.local('GET', 'calls');
    expect(calls?.body).toContainEqual({
      method: 'POST',
      path: `/v25.0/22/unknown?${name}=***`,
      body: { [name]: '***' },
      status: 400,
    });
  });

  it('records of a body that it cannot read how long it is', async () => {
    const init = { method: 'POST', body: new Uint8Array([0xff, 0xd8, 0xff]) };
    await running.call('22/binary', init);
    const calls = await running.local('GET', 'calls');
    expect(calls?.body).toContainEqual(
      expect.objectContaining({ path: '/v25.0/22/binary', body: { bytes: 3 } }),
    );
  });

  it.each(['v19.0', 'v25.0', 'v100.1'])('knows %s', async (version) => {
    const url = `${running.graph.url}/${version}/${wabaId}/message_templates`;
    expect((await fetch(`${url}?access_token=${token}`)).status).toBe(200);
  });

  it.each([
    ['missing', {}, 190, undefined],
    ['unknown', { authorization: 'Bearer of nothing' }, 190, undefined],
    ['revoked', { authorization: 'Bearer revoked' }, 190, 467],
    ['expired', { authorization: 'Bearer expired' }, 190, 463],
  ])('refuses a token that is %s', async (_, headers, code, subcode) => {
    const grant = { appId: '99', wabaIds: [wabaId] };
    running.state.tokens.set('revoked', { ...grant, revoked: true });
    running.state.tokens.set('expired', { ...grant, expiresAt: running.state.now() });
    const url = `${running.graph.url}/v25.0/${phoneNumberId}/messages`;
    const body = JSON.stringify(textMessage());
    const error = await errorOf(fetch(url, { method: 'POST', headers, body }));
    expect(error).toMatchObject({ status: 401, code });
    expect(error).toHaveProperty('fbtrace_id');
    expect(error).toEqual(expect.objectContaining(subcode ? { error_subcode: subcode } : {}));
  });

  it('checks the proof of the app secret where one is given', async () => {
    const list = `${wabaId}/message_templates?appsecret_proof=`;
    expect((await running.call(list + proof(appSecret))).status).toBe(200);
    expect(await errorOf(running.call(list + proof('another')))).toMatchObject({
      status: 400,
      code: 100,
      message: 'Invalid appsecret_proof provided in the API argument',
    });
  });

  it.each(['4711', '2999'])(
    'does not tell a number that is not there from one of others: %s',
    async (id) => {
      running.state.numbers.set('2999', {
        ...{ id: '2999', wabaId: '1999', displayPhoneNumber: '15550009999', verifiedName: 'South' },
        throughputMps: 80,
      });
      const call = running.call(`${id}/messages`, { method: 'POST', body: '{}' });
      expect(await errorOf(call)).toMatchObject({
        status: 400,
        code: 100,
        error_subcode: 33,
        message: expect.stringContaining(
          `Unsupported post request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
        ),
      });
    },
  );

  it('streams a large file, and breaks off where that is asked for', async () => {
    const size = 1_000_000;
    const url = String(
      mediaObject('document', { phoneNumberId }, running.graph.url, size)?.['url'],
    );
    const download = () => fetch(url, { headers: { authorization: `Bearer ${token}` } });
    running.pass(Date.now() - running.state.now());
    expect((await (await download()).arrayBuffer()).byteLength).toBe(size);
    await running.local('POST', 'media-faults', { kind: 'reset' });
    await expect((await download()).arrayBuffer()).rejects.toThrow();
  });
});
