import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startGraph } from '../../local/meta/graph.ts';

let graph: Awaited<ReturnType<typeof startGraph>>;
beforeAll(async () => {
  graph = await startGraph();
});
afterAll(() => graph.stop());

const local = (path: string, body?: unknown) =>
  graph.routes
    .find((route) => route.path === `/_local/graph/${path}`)
    ?.handle({ query: new URLSearchParams(), body });

describe('the fake Graph API', () => {
  it("answers what is not simulated with Graph's error envelope, and records no credential", async () => {
    const response = await fetch(`${graph.url}/v25.0/22/messages?access_token=hidden&fields=id`, {
      method: 'POST',
      headers: { authorization: 'Bearer hidden' },
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
    const calls = await local('calls');
    expect(calls?.body).toEqual([
      {
        method: 'POST',
        path: '/v25.0/22/messages?access_token=***&fields=id',
        body: { to: '1', template: { language: { code: 'ar' } }, client_secret: '***' },
        status: 400,
      },
    ]);
    expect(JSON.stringify(calls)).not.toContain('hidden');
  });

  it('answers the next calls with a fault, as often as asked', async () => {
    expect(await local('faults', { status: 429, code: 130429, count: 2 })).toMatchObject({
      status: 200,
    });
    const answers = [];
    for (let call = 0; call < 3; call++) {
      const response = await fetch(graph.url);
      answers.push([response.status, JSON.parse(await response.text()).error.code]);
    }
    expect(answers).toEqual([
      [429, 130429],
      [429, 130429],
      [400, 100],
    ]);
  });

  it('refuses a bad fault with every problem', async () => {
    expect(await local('faults', { status: 200, kind: 'x' })).toEqual({
      status: 400,
      body: {
        problems: [
          'status: Too small: expected number to be >=400',
          'code: Invalid input: expected number, received undefined',
          'kind: unknown key',
        ],
      },
    });
  });
});
