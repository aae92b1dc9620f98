import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { eachItem, WhatsappApiError } from '../../client/src/client.ts';
import { operations } from '../../client/src/types.ts';
import { json, problem, type Scene, scripted } from './scripted-fetch.ts';

const message = { type: 'text', to: '+966500000001', text: { body: 'hello' } } as const;
const send = { organizationId: 'demo', phoneNumberId: '1', message };
const accepted = json(200, { sendId: 's', status: 'accepted' });

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

/** What came of it, with all waiting done. */
async function outcome<Answer>(
  call: Promise<Answer>,
): Promise<{ answer?: Answer; error?: unknown }> {
  const settled = call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  await jest.runAllTimersAsync();
  return settled;
}

const twice = 2;
const once = 1;

describe('what is repeated', () => {
  const table: [what: string, scene: Scene, sends: number, lists: number, republishes: number][] = [
    ['a broken connection', 'broken', twice, twice, once],
    ['silence', 'silent', twice, twice, once],
    ['500', problem(500, 'internal-error'), twice, twice, once],
    ['500 of API Gateway', json(500, { message: 'Internal Server Error' }), twice, twice, once],
    ['502', problem(502, 'meta-error'), twice, twice, once],
    ['503', problem(503, 'unavailable'), twice, twice, once],
    ['503 of API Gateway', json(503, { message: 'Service Unavailable' }), twice, twice, once],
    ['504', json(504, { message: 'Gateway Timeout' }), twice, twice, once],
    ['429', problem(429, 'throttled'), twice, twice, twice],
    ['429 of API Gateway', json(429, { message: 'Too Many Requests' }), twice, twice, twice],
    ['409 in flight', problem(409, 'send-in-flight', { 'retry-after': '1' }), twice, twice, once],
    ['409 reconnect', problem(409, 'connection-invalid'), once, once, once],
    ['400', problem(400, 'invalid-request'), once, once, once],
    ['401', json(401, { message: 'Unauthorized' }), once, once, once],
    ['403', json(403, { message: 'Forbidden' }), once, once, once],
    ['404', problem(404, 'not-found'), once, once, once],
    ['422', problem(422, 'window-closed'), once, once, once],
    ['an answer that is no JSON', new Response('<html>', { status: 200 }), once, once, once],
  ];

  it.each(table)('%s', async (_what, scene, sends, lists, republishes) => {
    const organizationId = 'demo';
    const calls = [
      [sends, (scenes: Scene[]) => tried(scenes, (client) => client.sendMessage(send))],
      [
        lists,
        (scenes: Scene[]) => tried(scenes, (client) => client.listTemplates({ organizationId })),
      ],
      [
        republishes,
        (scenes: Scene[]) => tried(scenes, (client) => client.republish({ organizationId })),
      ],
    ] as const;
    for (const [times, call] of calls) {
      const { requests, error } = await call([scene, accepted]);
      expect({ requests, failed: error !== undefined }).toEqual({
        ...{ requests: times, failed: times === once },
      });
    }
  });

  async function tried(
    scenes: Scene[],
    call: (client: ReturnType<typeof scripted>['client']) => Promise<unknown>,
  ) {
    const { client, seen } = scripted(scenes);
    const { error } = await outcome(call(client));
    return { requests: seen.length, error };
  }
});

describe('a send', () => {
  it('has one key over all its repeats, and another each time that it is called', async () => {
    const { client, seen } = scripted(['broken', problem(503, 'unavailable'), 'silent', accepted]);
    expect(await outcome(client.sendMessage(send))).toMatchObject({ answer: { sendId: 's' } });
    await outcome(client.sendMessage(send));
    const keys = seen.map(({ headers }) => headers.get('idempotency-key'));
    expect(keys).toHaveLength(5);
    expect(new Set(keys.slice(0, 4)).size).toBe(1);
    expect(new Set(keys).size).toBe(2);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(seen.map(({ body }) => body)).toEqual(Array.from(keys, () => send));
  });

  it('takes the key that it is given, and names it when it fails', async () => {
    const { client, seen } = scripted(['broken']);
    const { error } = await outcome(
      client.sendReaction(
        {
          ...send,
          message: { type: 'reaction', to: '+1', reaction: { message_id: 'w', emoji: '' } },
        },
        { idempotencyKey: 'mine' },
      ),
    );
    expect(seen.map(({ headers }) => headers.get('idempotency-key'))).toEqual(
      Array(6).fill('mine'),
    );
    expect(error).toMatchObject({ code: 'unreachable', status: undefined, idempotencyKey: 'mine' });
  });

  it('is the only thing with a key', async () => {
    const { client, seen } = scripted([accepted]);
    await client.writeSettings({ organizationId: 'demo' });
    await client.markMessageRead({ organizationId: 'demo', phoneNumberId: '1', messageId: 'w' });
    expect(seen.map(({ headers }) => headers.get('idempotency-key'))).toEqual([null, null]);
    const keyed = Object.entries(operations)
      .filter(([, { keyed }]) => keyed)
      .map(([id]) => id);
    expect(keyed).toEqual(['sendMessage', 'sendTemplate', 'sendReaction']);
  });
});

describe('between two attempts', () => {
  it('waits at random, longer each time, and never longer than 10 s', async () => {
    const gaps: number[][] = [];
    for (let run = 0; run < 50; run++) {
      const { client, seen } = scripted(['broken'], { retries: 8 });
      await outcome(client.sendMessage(send));
      gaps.push(seen.slice(1).map(({ at }, index) => at - (seen[index]?.at ?? 0)));
    }
    for (const [index, most] of [200, 400, 800, 1600, 3200, 6400, 10_000, 10_000].entries()) {
      const all = gaps.map((run) => run[index] ?? 0);
      expect(Math.max(...all)).toBeLessThanOrEqual(most + 1);
      expect(Math.max(...all)).toBeGreaterThan(most / 2);
      expect(Math.min(...all)).toBeLessThan(most / 2);
    }
  });

  it('waits for as long as Retry-After says', async () => {
    const busy = problem(429, 'throttled', { 'retry-after': '7' });
    const { client, seen } = scripted([busy, accepted]);
    await outcome(client.sendMessage(send));
    expect((seen[1]?.at ?? 0) - (seen[0]?.at ?? 0)).toBeGreaterThanOrEqual(7000);
  });

  it('waits for no Retry-After that is behind the deadline', async () => {
    const busy = problem(429, 'throttled', { 'retry-after': '60' });
    const { client, seen } = scripted([busy], { deadlineMs: 30_000 });
    const { error } = await outcome(client.sendMessage(send));
    expect(error).toMatchObject({ status: 429, code: 'throttled', retryAfterMs: 60_000 });
    expect(seen).toHaveLength(1);
  });
});

it('gives up at the deadline, in the middle of an attempt too', async () => {
  const startedAt = Date.now();
  const { client, seen } = scripted(['silent'], { timeoutMs: 4000, deadlineMs: 10_000 });
  const { error } = await outcome(client.sendMessage(send));
  expect(error).toMatchObject({ code: 'timeout' });
  expect(seen.length).toBeGreaterThanOrEqual(3);
  expect(Date.now() - startedAt).toBeLessThanOrEqual(10_000);
});

it.each<[string, Scene, number]>([
  ['in the middle of a request', 'silent', 1000],
  ['while it waits', problem(429, 'throttled', { 'retry-after': '20' }), 5000],
])('ends when the caller says so, %s', async (_when, scene, afterMs) => {
  const { client, seen } = scripted([scene]);
  const controller = new AbortController();
  setTimeout(() => controller.abort(new Error('enough')), afterMs);
  const startedAt = Date.now();
  const { error } = await outcome(client.sendMessage(send, { signal: controller.signal }));
  expect(error).toMatchObject({ message: 'enough' });
  expect(seen).toHaveLength(1);
  expect(Date.now() - startedAt).toBe(afterMs);
});

describe('an error', () => {
  it('has the problem document', async () => {
    const { client } = scripted([problem(422, 'window-closed')]);
    const { error } = await outcome(client.sendMessage(send));
    expect(error).toBeInstanceOf(WhatsappApiError);
    expect(error).toMatchObject({
      ...{ name: 'WhatsappApiError', status: 422, code: 'window-closed' },
      message: '422 window-closed: about window-closed',
      problem: { type: 'urn:nexus-whatsapp:problem:window-closed' },
    });
  });

  it.each([
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [418, 'http-418'],
  ])('%i of an authorizer has a code, too', async (status, code) => {
    const { client } = scripted([json(status, { message: 'no' })]);
    const { error } = await outcome(client.readSettings({ organizationId: 'demo' }));
    expect(error).toMatchObject({ status, code, problem: undefined });
  });
});

it('asks with a query or a body as the API takes it, beneath the path of its address', async () => {
  const { client, seen } = scripted([json(200, { data: [] })], {
    baseUrl: 'https://api.example.com/whatsapp/',
  });
  const organizationId = 'demo';
  await client.listTemplates({ organizationId, limit: 5, name: 'ä b' });
  await client.disconnect({ organizationId, wabaId: '7' });
  await client.revokeGraphToken({ organizationId, tokenId: 't' });
  expect(seen.map(({ method, url, body }) => ({ method, url: String(url), body }))).toEqual(
    [
      ['GET', 'whatsapp-templates?organizationId=demo&limit=5&name=%C3%A4+b', undefined],
      ['DELETE', 'save-whatsapp-credentials', { organizationId, wabaId: '7' }],
      ['DELETE', 'graph-tokens?organizationId=demo&tokenId=t', undefined],
    ].map(([method, path, body]) => ({
      ...{ method, body, url: `https://api.example.com/whatsapp/${path}` },
    })),
  );
});

it('reads a list page by page, and no page more than is asked for', async () => {
  const pages = [
    json(200, { data: [{ messageId: 'a' }, { messageId: 'b' }], nextCursor: 'more' }),
    json(200, { data: [{ messageId: 'c' }] }),
  ];
  const list = { organizationId: 'demo', conversationId: 'x' };
  const all = scripted(pages);
  const ids: unknown[] = [];
  for await (const { messageId } of eachItem(all.client.listMessages, list)) ids.push(messageId);
  expect(ids).toEqual(['a', 'b', 'c']);
  expect(all.seen.map(({ url }) => url.searchParams.get('cursor'))).toEqual([null, 'more']);

  const some = scripted(pages);
  for await (const _ of eachItem(some.client.listMessages, list)) break;
  expect(some.seen).toHaveLength(1);
});

describe('an upload', () => {
  const form = json(200, {
    ...{ uploadId: 'up', url: 'https://bucket.example.com/', expiresAt: '' },
    fields: { key: 'k', Policy: 'p' },
  });
  const file = { organizationId: 'demo', mimeType: 'image/jpeg', bytes: new Uint8Array(3) };

  it('posts the form with the file last, again where the store has a problem', async () => {
    const { client, seen } = scripted([
      ...[form, 'broken' as const, new Response('', { status: 503 })],
      new Response(null, { status: 204 }),
    ]);
    expect(await outcome(client.uploadMedia(file))).toEqual({ answer: 'up' });
    expect(seen[0]?.body).toEqual({ organizationId: 'demo', mimeType: 'image/jpeg', sizeBytes: 3 });
    expect(seen.slice(1).map(({ body }) => body)).toEqual(Array(3).fill(['key', 'Policy', 'file']));
  });

  it('fails where the store refuses the file', async () => {
    const { client, seen } = scripted([form, new Response('<Error/>', { status: 403 })]);
    const { error } = await outcome(client.uploadMedia(file));
    expect(error).toMatchObject({ status: 403, code: 'upload-refused' });
    expect(seen).toHaveLength(2);
  });
});

describe('how it is let in', () => {
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret', sessionToken: 't' };
  const awsUrl = 'https://abc.execute-api.me-central-1.amazonaws.com';

  it('signs each attempt for the region of its address, with credentials of that moment', async () => {
    let asked = 0;
    const provider = async () => ({ ...credentials, accessKeyId: `KEY${++asked}` });
    const { client, seen } = scripted(['broken', accepted], {
      ...{ baseUrl: awsUrl, auth: { credentials: provider } },
    });
    await outcome(client.sendMessage(send));
    const signed = seen.map(({ headers }) => headers.get('authorization') ?? '');
    const scope = String.raw`\d{8}/me-central-1/execute-api/aws4_request`;
    expect(signed[0]).toMatch(
      new RegExp(`^AWS4-HMAC-SHA256 Credential=KEY1/${scope}, SignedHeaders=`),
    );
    expect(signed[0]).toMatch(/SignedHeaders=[^,]*content-type;host;idempotency-key;.*x-amz-date/);
    expect(signed[1]).toContain('Credential=KEY2/');
    expect(seen[0]?.headers.get('x-amz-security-token')).toBe('t');
  });

  it('wants to know the region of an address that does not say it', () => {
    expect(() => scripted([], { auth: { credentials } })).toThrow(/region/);
    expect(() => scripted([], { auth: { credentials }, region: 'eu-west-1' })).not.toThrow();
  });

  it.each([
    ['a token', () => 'abc'],
    ['one that is fetched', async () => 'abc'],
  ])('carries %s', async (_what, token) => {
    const { client, seen } = scripted([accepted], { auth: { token } });
    await client.sendMessage(send);
    expect(seen[0]?.headers.get('authorization')).toBe('Bearer abc');
  });

  it('tells as it is that there are no credentials, and asks nothing', async () => {
    const credentials = async () => {
      throw new TypeError('expired');
    };
    const { client, seen } = scripted([accepted], { baseUrl: awsUrl, auth: { credentials } });
    const { error } = await outcome(client.sendMessage(send));
    expect(error).toEqual(new TypeError('expired'));
    expect(seen).toEqual([]);
  });
});
