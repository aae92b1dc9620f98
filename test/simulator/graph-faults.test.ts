import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { runGraph, textMessage, wabaId } from './running-graph.ts';

let running: Awaited<ReturnType<typeof runGraph>>;
beforeAll(async () => {
  running = await runGraph();
});
afterAll(() => running.stop());
afterEach(() => running.local('POST', 'faults', { reset: true }));

const acceptedCount = () => running.graph.accepted().length;

describe('faults of the fake Graph API', () => {
  it('answer the next calls with an error, as often as asked', async () => {
    const fault = { status: 429, code: 130429, details: 'Slow down', retryAfter: 7, count: 2 };
    expect(await running.local('POST', 'faults', fault)).toMatchObject({ status: 200 });
    const answers = [];
    for (let call = 0; call < 3; call++) {
      const response = await fetch(running.graph.url);
      const { error } = JSON.parse(await response.text());
      const { code, message, error_data } = error;
      answers.push([
        ...[response.status, response.headers.get('retry-after'), code, message],
        error_data?.details,
      ]);
    }
    const slowDown = [429, '7', 130429, '(#130429) Rate limit hit', 'Slow down'];
    expect(answers).toEqual([
      slowDown,
      slowDown,
      [400, null, 100, 'Unsupported request: GET / is not simulated yet', undefined],
    ]);
  });

  it.each([
    [{ code: 130429 }, 400],
    [{ code: 2 }, 503],
    [{ code: 190, subcode: 463 }, 401],
    [{ code: 131000, message: 'As told' }, 500],
  ])('have the HTTP status of their code: %j', async (fault, status) => {
    await running.local('POST', 'faults', fault);
    expect((await fetch(running.graph.url)).status).toBe(status);
  });

  it('wait for a call to their path', async () => {
    await running.local('POST', 'faults', { code: 2, path: '/messages' });
    expect((await running.call(`${wabaId}/message_templates`)).status).toBe(200);
    expect((await running.send(textMessage())).status).toBe(503);
  });

  it.each([
    ['reset-before', 0],
    ['reset-after', 1],
  ])('break the connection: %s', async (kind, accepted) => {
    const before = acceptedCount();
    await running.local('POST', 'faults', { kind });
    await expect(running.send(textMessage())).rejects.toThrow('fetch failed');
    expect(acceptedCount() - before).toBe(accepted);
  });

  it.each([
    ['timeout-before', 0],
    ['timeout-after', 1],
  ])('never answer: %s', async (kind, accepted) => {
    const before = acceptedCount();
    await running.local('POST', 'faults', { kind, path: '/messages' });
    const url = `${running.graph.url}/v25.0/2001/messages`;
    const signal = AbortSignal.timeout(300);
    const headers = { authorization: 'Bearer EAAtest' };
    const body = JSON.stringify(textMessage());
    await expect(fetch(url, { method: 'POST', headers, body, signal })).rejects.toThrow('timeout');
    expect(acceptedCount() - before).toBe(accepted);
    const calls = await running.local('GET', 'calls');
    expect(calls?.body).toContainEqual(expect.objectContaining({ status: null }));
  });

  it.each([
    [{ kind: 'garbage' }, 200, 1],
    [{ kind: 'garbage', accepted: false }, 200, 0],
    [{ kind: 'empty' }, 200, 1],
    [{ kind: 'html-502' }, 502, 0],
    [{ kind: 'html-502', accepted: true }, 502, 1],
  ])('answer what is no JSON: %j', async (fault, status, accepted) => {
    const before = acceptedCount();
    await running.local('POST', 'faults', fault);
    const response = await running.send(textMessage());
    expect(response.status).toBe(status);
    await expect(response.json()).rejects.toMatchObject({ name: 'SyntaxError' });
    expect(acceptedCount() - before).toBe(accepted);
  });

  it('delay an answer', async () => {
    await running.local('POST', 'faults', { kind: 'latency', ms: 200 });
    const start = performance.now();
    expect((await running.send(textMessage())).status).toBe(200);
    expect(performance.now() - start).toBeGreaterThanOrEqual(195);
  });

  it('are forgotten on demand', async () => {
    await running.local('POST', 'faults', { code: 2, count: 100 });
    expect(await running.local('POST', 'faults', { reset: true })).toMatchObject({
      body: { faults: [] },
    });
    expect((await running.send(textMessage())).status).toBe(200);
  });

  it('are refused with every problem', async () => {
    expect(await running.local('POST', 'faults', { status: 200, extra: 'x' })).toEqual({
      status: 400,
      body: {
        problems: [
          'status: Too small: expected number to be >=400',
          'extra: unknown key',
          'code: is needed',
        ],
      },
    });
  });
});
