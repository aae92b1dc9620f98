import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { expectMonitored } from './monitored.ts';
import { type BootedStack, bootStack, numbers, textMessage, webhookFor } from './stack.ts';

let booted: BootedStack;
beforeAll(async () => {
  booted = await bootStack();
}, 60_000);
afterAll(() => booted?.stop());
jest.setTimeout(40_000);

const { north, south } = numbers;

function hasId(prefix: string) {
  return (event: InboxEvent) =>
    event.type === 'message.received'
      ? event.message.id.startsWith(prefix)
      : event.type === 'message.status' && event.messageId.startsWith(prefix);
}

const idOf = (event: InboxEvent) => (event.type === 'message.received' ? event.message.id : '');

describe('a signed webhook over HTTP', () => {
  it.each([
    ['raw UTF-8', 'application/json', (json: string) => json],
    [
      '\\u-escaped',
      'application/json',
      (json: string) =>
        json.replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`),
    ],
    ['sent as bytes', 'application/octet-stream', (json: string) => json],
  ])('becomes an inbox event: %s', async (form, contentType, write) => {
    const id = `wamid.form.${form}`;
    const body = write(
      JSON.stringify(webhookFor(north, { messages: [textMessage(id, 'مرحبا 👋')] })),
    );
    expect((await booted.post(body, { contentType })).status).toBe(200);
    const [event] = await booted.inbox(1, hasId(id));
    expect(event).toMatchObject({
      type: 'message.received',
      organizationId: 'north',
      wabaId: '1001',
      phoneNumberId: '2001',
      contact: { phone: '+966500000001' },
      message: { text: { body: 'مرحبا 👋' } },
    });
  });

  it.each(['/whatsapp-webhook', '/wa-webhook', '/whatsapp-status-webhook'])(
    'is taken, and the handshake answered, at %s',
    async (path) => {
      const id = `wamid.path.${path}`;
      const webhook = webhookFor(north, { messages: [textMessage(id, 'hello')] });
      expect((await booted.post(JSON.stringify(webhook), { path })).status).toBe(200);
      expect(await booted.inbox(1, hasId(id))).toHaveLength(1);

      const url = new URL(path, booted.stack.url);
      url.search = `hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=${encodeURIComponent(booted.verifyToken)}`;
      const answer = await fetch(url);
      expect([answer.status, await answer.text()]).toEqual([200, '1158201444']);
      expect(answer.headers.get('content-type')).toMatch('text/plain');
      url.searchParams.set('hub.verify_token', 'guess');
      expect((await fetch(url)).status).toBe(403);
    },
  );

  it('of 1,000 messages is 1,000 events, each once, also when it is delivered twice', async () => {
    const messages = Array.from({ length: 1000 }, (_, index) =>
      textMessage(`wamid.batch.${index}`, `number ${index}`, `9665000${10000 + (index % 50)}`),
    );
    const webhook = webhookFor(north, { messages });
    await booted.deliver(webhook);
    await booted.deliver(webhook);
    await booted.inbox(1000, hasId('wamid.batch.'));
    await booted.deliver(webhookFor(north, { messages: [textMessage('wamid.after-batch', '')] }));
    await booted.inbox(1, hasId('wamid.after-batch'));
    const events = await booted.inbox(0, hasId('wamid.batch.'));
    expect(new Set(events.map(idOf)).size).toBe(1000);
    expect(events).toHaveLength(1000);
    expect(new Set(events.map(({ conversationId }) => conversationId)).size).toBe(50);
  });

  it('of two organisations reaches each its own and neither the other’s', async () => {
    const entries = [north, south].map((number) =>
      webhookFor(number, {
        messages: [textMessage(`wamid.cross.${number.organizationId}`, number.organizationId)],
      }),
    );
    const body = JSON.stringify(entries).replace(
      /^\[(.*)\]\},\{"object":"whatsapp_business_account","entry":\[(.*)\]$/,
      '$1,$2',
    );
    expect((await booted.post(body)).status).toBe(200);
    const events = await booted.inbox(2, hasId('wamid.cross.'));
    expect(events.map((event) => `${event.organizationId} ${idOf(event)}`).sort()).toEqual([
      'north wamid.cross.north',
      'south wamid.cross.south',
    ]);
    const conversations = events.map(({ conversationId }) => conversationId);
    expect(new Set(conversations).size).toBe(2);
  });

  it('with statuses in the wrong order amounts to the right one', async () => {
    for (const [second, status] of [
      [3, 'read'],
      [1, 'sent'],
      [2, 'delivered'],
    ] as const) {
      const timestamp = String(1_763_800_000 + second);
      const statuses = [{ id: 'wamid.ladder', status, timestamp, recipient_id: '966500000001' }];
      await booted.deliver(webhookFor(north, { statuses }));
    }
    const events = await booted.inbox(3, hasId('wamid.ladder'));
    const statuses = events.map((event) => (event.type === 'message.status' ? event.status : ''));
    expect(statuses).toEqual(['read', 'read', 'read']);
    expect(events.at(-1)).toMatchObject({
      timestamps: {
        sent: '2025-11-22T08:26:41.000Z',
        delivered: '2025-11-22T08:26:42.000Z',
        read: '2025-11-22T08:26:43.000Z',
      },
    });
  });

  it('of 3 MB is answered 200 and comes through whole', async () => {
    const messages = Array.from({ length: 700 }, (_, index) =>
      textMessage(`wamid.large.${index}`, 'م'.repeat(2000)),
    );
    const body = JSON.stringify(webhookFor(north, { messages }));
    expect(Buffer.byteLength(body)).toBeGreaterThan(2_800_000);
    expect((await booted.post(body)).status).toBe(200);
    const events = await booted.inbox(700, hasId('wamid.large.'));
    expect(new Set(events.map(idOf)).size).toBe(700);
  });

  it('with one huge message is compressed, and one that is too large to travel is pointed at', async () => {
    const messages = [
      textMessage('wamid.huge.soft', 'x'.repeat(240_000)),
      textMessage('wamid.huge.hard', 'y'.repeat(600_000)),
    ];
    await booted.deliver(webhookFor(north, { messages }));
    const [soft] = await booted.inbox(1, hasId('wamid.huge.soft'));
    expect(soft?.type).toBe('message.received');
    const [hard] = await booted.inbox(1, (event) => event.type === 'webhook.unrecognised');
    expect(hard).toMatchObject({ reason: 'too-large', contact: { phone: '+966500000001' } });
  });
});

describe('what Meta did not sign', () => {
  const body = JSON.stringify(webhookFor(north, { messages: [textMessage('wamid.forged', '')] }));

  it.each<[string, string | null]>([
    ['without a signature', null],
    ['with an empty one', ''],
    ['with a wrong one', `sha256=${'0'.repeat(64)}`],
    ['in capitals', `SHA256=${'0'.repeat(64)}`],
    ['with junk behind', `sha256=${'0'.repeat(64)}zz`],
  ])('%s is answered 401, and no AWS call is made for it', async (_how, signature) => {
    const before = (await booted.calls()).get('Webhook sqs:SendMessageBatch');
    expect((await booted.post(body, { signature })).status).toBe(401);
    expect((await booted.calls()).get('Webhook sqs:SendMessageBatch')).toBe(before);
  });
});

describe('when something breaks', () => {
  /** Each fault meets a customer who has no conversation yet. */
  let faultCount = 0;
  const webhook = (id: string) => webhookFor(north, { messages: [textMessage(id, 'still there')] });

  it('a queue that refuses means 503, and after it heals nothing is missing', async () => {
    await booted.fail({
      service: 'sqs',
      action: 'SendMessageBatch',
      function: 'Webhook',
      error: 'throttle',
      count: 2,
    });
    expect((await booted.post(JSON.stringify(webhook('wamid.fault.queue')))).status).toBe(503);
    await booted.fail({ clear: true });
    await booted.deliver(webhook('wamid.fault.queue'));
    expect(await booted.inbox(1, hasId('wamid.fault.queue'))).toHaveLength(1);
  });

  it.each([
    { service: 'dynamodb', action: 'UpdateItem', error: 'throttle', count: 4 },
    { service: 'dynamodb', action: 'UpdateItem', error: 'dropAnswer', count: 1 },
    { service: 'dynamodb', action: 'GetItem', error: 'unavailable', count: 4 },
    { service: 'dynamodb', action: 'TransactWriteItems', error: 'accessDenied', count: 1 },
    {
      service: 'sqs',
      action: 'SendMessageBatch',
      function: 'Publish',
      error: 'unavailable',
      count: 4,
    },
    {
      service: 'sqs',
      action: 'SendMessageBatch',
      function: 'Publish',
      error: 'dropAnswer',
      count: 1,
    },
  ])('$service $action $error: it is done again, and done once', async (fault) => {
    const id = `wamid.fault.${Object.values(fault).join('.')}`;
    await booted.fail(fault);
    const message = textMessage(id, '', `966500001${100 + faultCount++}`);
    await booted.deliver(webhookFor(north, { messages: [message] }));
    // A message that failed becomes visible again only after its visibility timeout.
    const events = await booted.inbox(1, hasId(id));
    await booted.fail({ clear: true });
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(1);
  });

  it('a table engine that is killed comes back with everything', async () => {
    const pid = booted.stack.dynamoDbPid();
    if (pid === undefined) {
      return;
    }
    process.kill(pid, 'SIGKILL');
    await booted.deliver(webhook('wamid.fault.killed'));
    expect(await booted.inbox(1, hasId('wamid.fault.killed'))).toHaveLength(1);
  });
});

describe('after all of this', () => {
  it('no call was made that a role does not allow', () => {
    const denied = booted.complaints.filter((line) => /AccessDenied|not allow/i.test(line));
    expect(denied).toEqual([]);
  });

  it('no phone number, text, secret or wamid stands in any log line', () => {
    const logs = booted.logs();
    expect(logs).toMatch('WebhooksAccepted');
    for (const secret of ['96650000', 'مرحبا', 'still there', 'end-to-end tests', 'wamid.']) {
      expect(logs).not.toContain(secret);
    }
  });

  it('dashboards and saved queries find what they show', async () => {
    await expectMonitored('webhook-to-inbox', booted.logs);
  });
});
