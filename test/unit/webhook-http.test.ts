import { describe, expect, it } from '@jest/globals';
import type { WebhookPorts } from '../../lambdas/ingest/receive-webhook.ts';
import { answerWebhookRequest } from '../../lambdas/ingest/webhook-http.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { sign } from '../pipeline/pipeline.ts';

const verifyTokens = ['first token', 'second token'];

function receiver() {
  return {
    appSecret: { read: async () => ({ appSecrets: ['an app secret'], verifyTokens }) },
    queue: new MemoryWebhookQueue(),
    store: new MemoryObjectStore(),
    now: () => new Date('2026-11-22T10:00:00.000Z'),
  };
}

function portsWith(overrides: Partial<WebhookPorts>): WebhookPorts {
  return { ...receiver(), ...overrides };
}

function get(queryStringParameters?: Record<string, string>) {
  return {
    requestContext: { http: { method: 'GET' } },
    isBase64Encoded: false,
    ...(queryStringParameters ? { queryStringParameters } : {}),
  };
}

function post(text: string, signature = sign(Buffer.from(text))) {
  return {
    requestContext: { http: { method: 'POST' } },
    headers: { 'x-hub-signature-256': signature },
    body: text,
    isBase64Encoded: false,
  };
}

const handshake = {
  'hub.mode': 'subscribe',
  'hub.verify_token': 'first token',
  'hub.challenge': '1158201444',
};

const broken = async () => {
  throw new Error('down');
};

describe('GET: the handshake', () => {
  it.each(verifyTokens)('echoes the challenge as plain text for the token "%s"', async (token) => {
    const request = get({ ...handshake, 'hub.verify_token': token });
    const { answer } = await answerWebhookRequest(request, receiver());
    expect(answer).toMatchObject({ statusCode: 200, body: '1158201444' });
    expect(answer.headers['content-type']).toBe('text/plain');
  });

  it.each<[string, Record<string, string> | undefined]>([
    ['no query', undefined],
    ['another mode', { ...handshake, 'hub.mode': 'unsubscribe' }],
    ['a mode in capitals', { ...handshake, 'hub.mode': 'Subscribe' }],
    ['a wrong token', { ...handshake, 'hub.verify_token': 'first toke' }],
    ['an empty token', { ...handshake, 'hub.verify_token': '' }],
    ['a challenge that is a page', { ...handshake, 'hub.challenge': '<script>alert(1)</script>' }],
    ['two challenges', { ...handshake, 'hub.challenge': '1,2' }],
    ['no challenge', { 'hub.mode': 'subscribe', 'hub.verify_token': 'first token' }],
  ])('refuses %s', async (_what, query) => {
    const { answer } = await answerWebhookRequest(get(query), receiver());
    expect(answer).toMatchObject({ statusCode: 403, body: '' });
  });

  it('refuses everything while the secret is not filled in', async () => {
    const ports = portsWith({ appSecret: { read: broken } });
    const { answer } = await answerWebhookRequest(get(handshake), ports);
    expect(answer.statusCode).toBe(503);
  });
});

describe('POST: a webhook', () => {
  const webhook = JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [
      {
        id: '1001',
        changes: [
          { field: 'messages', value: { metadata: { phone_number_id: '2001' }, messages: [{}] } },
        ],
      },
    ],
  });

  it('is answered 200 once it is queued', async () => {
    const ports = receiver();
    const { answer } = await answerWebhookRequest(post(webhook), ports);
    expect(answer.statusCode).toBe(200);
    expect(ports.queue.messages.map(({ groupId }) => groupId)).toEqual(['2001']);
  });

  it('is answered 401 and not looked at without a signature', async () => {
    const ports = receiver();
    const { answer } = await answerWebhookRequest(post(webhook, ''), ports);
    expect(answer.statusCode).toBe(401);
    expect(ports.queue.messages).toEqual([]);
  });

  it.each<[string, Partial<WebhookPorts>]>([
    ['the queue refuses', { queue: { send: broken } }],
    ['the secret cannot be read', { appSecret: { read: broken } }],
  ])('is answered 503 when %s, so that Meta sends it again', async (_what, overrides) => {
    const { answer } = await answerWebhookRequest(post(webhook), portsWith(overrides));
    expect(answer.statusCode).toBe(503);
  });

  it.each([
    ['not JSON', 'hello', 'not-json'],
    ['empty', '', 'not-json'],
    ['of something else', '{"object":"page","entry":[]}', 'not-whatsapp'],
    ['without entries', '{"object":"whatsapp_business_account"}', 'not-whatsapp'],
    ['a depth bomb', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, 'too-deep'],
    ['a cut depth bomb', '['.repeat(1_500_000), 'not-json'],
    ['an array', '[]', 'not-whatsapp'],
  ])('that is signed and %s is kept, and answered 200', async (_what, text, problem) => {
    const ports = receiver();
    const { answer, outcome } = await answerWebhookRequest(post(text), ports);
    expect(answer.statusCode).toBe(200);
    expect(outcome).toMatchObject({ kind: 'accepted', quarantined: problem });
    const [stored] = [...ports.store.objects];
    expect(stored?.[0]).toMatch(`quarantine/webhook/${problem}/2026-11-22/`);
    expect(Buffer.from(stored?.[1] ?? []).toString()).toBe(text);
  });

  it('is answered 503 when it is garbage that cannot be kept', async () => {
    const store = { put: broken, get: broken };
    const { answer } = await answerWebhookRequest(post('garbage'), portsWith({ store }));
    expect(answer.statusCode).toBe(503);
  });

  it('queues what it understands of a body and keeps the body for the rest', async () => {
    const ports = receiver();
    const partly = webhook.replace('"entry":[', '"entry":[null,');
    const { outcome } = await answerWebhookRequest(post(partly), ports);
    expect(outcome).toMatchObject({ changes: 1, messages: 1, quarantined: 'malformed-entry' });
    expect(ports.store.objects.size).toBe(1);
  });

  it('is no HTTP request at all: 503, nothing thrown', async () => {
    const { answer } = await answerWebhookRequest({ Records: [] }, receiver());
    expect(answer.statusCode).toBe(503);
  });
});
