import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type ApiResponse, bootDemo, type DemoStack } from './demo-stack.ts';
import { expectMonitored } from './monitored.ts';

const customer = '+966500000001';

let demo: DemoStack;

/** Meta's silence is waited for 10 s, which the other tests need not do. */
let timedOut: Unanswered;

beforeAll(async () => {
  demo = await bootDemo();
  timedOut = await sendUnanswered('timeout-after');
}, 60_000);

afterEach(() => demo.local('/_local/graph/faults', { reset: true }));

afterAll(async () => {
  await demo.stop();
}, 30_000);

function own() {
  const { organizationId, phoneNumberId } = demo.info;
  return { organizationId, phoneNumberId };
}

function text(body: string, to = customer) {
  return { ...own(), message: { type: 'text', to, text: { body } } };
}

function template(name: string, language: string, components?: object[]) {
  const content = { name, language: { code: language }, ...(components ? { components } : {}) };
  return { ...own(), message: { type: 'template', to: customer, template: content } };
}

function parameters(type: string, ...texts: string[]) {
  return { type, parameters: texts.map((one) => ({ type: 'text', text: one })) };
}

/** What Meta has accepted of a send. */
function acceptedOf(sendId: unknown) {
  return demo.graph.accepted().filter(({ callbackData }) => callbackData?.includes(String(sendId)));
}

/** A send that Meta has taken and says nothing of. */
interface Unanswered {
  kind: string;
  key: string;
  answer: Promise<ApiResponse>;
}

async function sendUnanswered(kind: string): Promise<Unanswered> {
  const before = demo.graph.accepted().length;
  await demo.local('/_local/graph/faults', { path: '/messages', kind });
  const key = randomUUID();
  const answer = demo.send('/whatsapp-send-message', text(kind), key);
  while (demo.graph.accepted().length === before) {
    await delay(10);
  }
  return { kind, key, answer };
}

async function expectTold({ kind, key, answer }: Unanswered): Promise<void> {
  const { status, body } = await answer;
  expect({ status, said: body['status'] }).toEqual({ status: 202, said: 'unknown' });
  const { sendId } = body;
  const told = await demo.inbox(
    1,
    (event) =>
      event.type === 'send.updated' && event.sendId === sendId && event.status === 'accepted',
  );
  expect(told).toHaveLength(1);
  const again = await demo.send('/whatsapp-send-message', text(kind), key);
  expect(again).toMatchObject({ status: 200, body: { status: 'accepted' } });
  expect(acceptedOf(sendId)).toHaveLength(1);
}

describe('a text', () => {
  it('is accepted, and its ladder reaches the inbox with the send it was', async () => {
    const { status, body } = await demo.send('/whatsapp-send-message', {
      ...text('hello'),
      clientReference: 'ticket-7',
    });
    expect({ status, said: body['status'] }).toEqual({ status: 200, said: 'accepted' });

    const { sendId, messageId } = body;
    const ladder = await demo.inbox(
      3,
      (event) => event.type === 'message.status' && event.messageId === messageId,
    );
    // As a consumer does: what Meta posts at the same moment may arrive in any order.
    ladder.sort((one, other) => (one.orderKey < other.orderKey ? -1 : 1));
    expect(ladder).toMatchObject(
      ['sent', 'delivered', 'read'].map((changed) => ({
        ...{ changed, sendId, clientReference: 'ticket-7' },
      })),
    );
    const told = await demo.inbox(
      1,
      (event) => event.type === 'send.updated' && event.sendId === sendId,
    );
    expect(told).toMatchObject([{ status: 'accepted', messageId, clientReference: 'ticket-7' }]);

    const { organizationId, phoneNumberId } = own();
    const byEachId = await Promise.all(
      [
        { sendId: String(sendId) },
        { clientReference: 'ticket-7' },
        { messageId: String(messageId), phoneNumberId },
      ].map((query) => demo.get('/whatsapp-reply-status', { organizationId, ...query })),
    );
    for (const answer of byEachId) {
      expect(answer.body).toMatchObject({
        data: [
          {
            ...{ sendId, messageId, clientReference: 'ticket-7', status: 'read' },
            history: ['sent', 'delivered', 'read'].map((one) => ({ status: one })),
          },
        ],
        notFound: [],
      });
    }
  });

  it('is sent once, however often its key comes, also at the same time', async () => {
    const key = randomUUID();
    const body = text('once');
    const answers = await Promise.all(
      [1, 2, 3].map(() => demo.send('/whatsapp-send-message', body, key)),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).not.toEqual([]);
    const again = await demo.send('/wa-send', body, key);
    expect(again.status).toBe(200);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(acceptedOf(again.body['sendId'])).toHaveLength(1);

    const other = await demo.send('/whatsapp-send-message', text('twice'), key);
    expect(other).toMatchObject({ status: 422, body: { code: 'idempotency-key-reused' } });
  });
});

it('a reaction is sent and taken back; marking read shows that somebody is typing', async () => {
  const simulated = await demo.local('/_local/simulate', {
    type: 'text',
    from: customer.slice(1),
    text: { body: 'is anybody there?' },
  });
  const [received] = await demo.inbox(
    1,
    (event) =>
      event.type === 'message.received' && JSON.stringify(simulated).includes(event.message.id),
  );
  const messageId = received?.type === 'message.received' ? received.message.id : '';
  for (const emoji of ['👍🏽', '']) {
    const { status } = await demo.send('/whatsapp-send-reaction', {
      ...own(),
      message: { type: 'reaction', to: customer, reaction: { message_id: messageId, emoji } },
    });
    expect(status).toBe(200);
  }
  const read = await demo.send('/whatsapp-reply-status', { ...own(), messageId, typing: true });
  expect(read).toMatchObject({ status: 200, body: { status: 'read' } });
});

describe('a template', () => {
  it('is sent as it was rendered', async () => {
    const sent = await demo.send(
      '/whatsapp-send-template',
      template('order_ready', 'ar', [parameters('body', 'عائشة', 'A-7')]),
    );
    expect(sent).toMatchObject({
      status: 200,
      body: { status: 'accepted', rendered: { body: 'مرحبا عائشة، طلبك A-7 جاهز للاستلام.' } },
    });
  });

  const image = { type: 'image', image: { link: 'https://example.com/a.jpg' } };

  it.each([
    ['one that is paused', 'weekly_news', 'en', [parameters('body', 'x')], 422, 132015],
    ['too few parameters', 'order_ready', 'en', [parameters('body', 'x')], 422, 132000],
    ['a language it does not have', 'order_ready', 'fr', [], 404, 132001],
    [
      ...(['no suffix for a dynamic button', 'summer_offer', 'en'] as const),
      ...([
        [{ type: 'header', parameters: [image] }, parameters('body', 'x')],
        422,
        131008,
      ] as const),
    ],
  ] as const)(
    'is refused before Meta is called: %s',
    async (_case, name, language, components, status, code) => {
      const before = demo.graph.accepted().length;
      const body = template(name, language, [...components]);
      const refused = await demo.send('/whatsapp-send-template', body);
      expect(refused.status).toBe(status);
      expect(refused.headers.get('content-type')).toBe('application/problem+json');
      expect(JSON.stringify(refused.body)).toContain(String(code));
      expect(demo.graph.accepted()).toHaveLength(before);
    },
  );

  it('is listed with what a send of it needs', async () => {
    const { organizationId } = own();
    const { wabaId } = demo.info;
    await demo.local('/_local/faults', {
      ...{ service: 'kms', function: 'GetTemplates', error: 'throttle', count: 2 },
    });
    const early = await demo.get('/whatsapp-get-templates', { organizationId, wabaId });
    expect(early).toMatchObject({ status: 503 });
    const full = await demo.get('/whatsapp-get-templates', { organizationId, wabaId });
    expect(full.status).toBe(200);
    const list = await demo.get('/whatsapp-templates', { organizationId, status: 'APPROVED' });
    expect(list.status).toBe(200);
    expect(JSON.stringify(list.body)).toContain('order_ready');
    expect(JSON.stringify(list.body)).not.toContain('weekly_news');
  });
});

describe("another organisation's", () => {
  it.each([
    ['phone number', () => ({ ...text('hi'), phoneNumberId: demo.info.otherPhoneNumberId })],
    ['organisation id with our number', () => ({ ...text('hi'), organizationId: 'other' })],
  ])('%s is not found', async (_name, body) => {
    const refused = await demo.send('/whatsapp-send-message', body());
    expect(refused).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('templates are not found', async () => {
    const { organizationId } = own();
    const wabaId = demo.info.otherWabaId;
    const refused = await demo.get('/whatsapp-get-templates', { organizationId, wabaId });
    expect(refused).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });
});

it('every problem of a body is named with its path', async () => {
  const refused = await demo.send('/whatsapp-send-message', {
    ...own(),
    colour: 'red',
    message: {
      type: 'image',
      to: '0500000001',
      image: { link: 'https://example.com/a.jpg', caption: 'x'.repeat(1025) },
    },
  });
  expect(refused.status).toBe(400);
  expect(refused.body).toMatchObject({
    code: 'invalid-request',
    problems: expect.arrayContaining([
      expect.objectContaining({ path: 'colour' }),
      expect.objectContaining({ path: 'message.to' }),
      expect.objectContaining({ path: 'message.image.caption' }),
    ]),
  });
});

describe('when Meta', () => {
  const fault = (body: object) =>
    demo.local('/_local/graph/faults', { path: '/messages', ...body });

  it.each(['reset-after', 'garbage', 'empty'])(
    'takes a message and says nothing of it (%s), the status webhook tells',
    async (kind) => {
      await expectTold(await sendUnanswered(kind));
    },
    30_000,
  );

  it.each(['html-502', 'reset-before'])(
    'fails in its own way (%s), nothing is sent twice',
    async (kind) => {
      await fault({ kind });
      const { status, body } = await demo.send('/whatsapp-send-message', text(kind));
      expect({ status, said: body['status'] }).toEqual({ status: 202, said: 'unknown' });
      expect(acceptedOf(body['sendId']).length).toBeLessThanOrEqual(1);
    },
  );

  it.each([
    ['template', () => template('order_ready', 'ar', [parameters('body', 'عائشة', 'A-7')])],
    [
      'reaction',
      () => ({
        ...own(),
        message: { type: 'reaction', to: customer, reaction: { message_id: 'one', emoji: '👍🏽' } },
      }),
    ],
  ])('fails, nobody knows of a %s whether it was sent', async (type, body) => {
    await fault({ kind: 'reset-before' });
    const answer = await demo.send(`/whatsapp-send-${type}`, body());
    expect(answer).toMatchObject({ status: 202, body: { status: 'unknown' } });
  });

  it('throttles, the send is queued and gets through', async () => {
    await fault({ code: 131056, count: 1 });
    const { status, body } = await demo.send('/whatsapp-send-message', text('later'));
    expect({ status, said: body['status'] }).toEqual({ status: 202, said: 'queued' });
    const told = await demo.inbox(
      2,
      (event) => event.type === 'send.updated' && event.sendId === body['sendId'],
    );
    expect(told.map((event) => event.type === 'send.updated' && event.status)).toEqual([
      'queued',
      'accepted',
    ]);
    expect(acceptedOf(body['sendId'])).toHaveLength(1);
  }, 30_000);

  it('refuses for good, its error is passed on whole', async () => {
    await fault({ code: 131026, details: 'Receiver is incapable of receiving this message' });
    const refused = await demo.send('/whatsapp-send-message', text('no'));
    expect(refused).toMatchObject({
      status: 422,
      body: {
        code: 'meta-refused',
        meta: { code: 131026, details: 'Receiver is incapable of receiving this message' },
      },
    });
  });
});

it('many queued sends go out once each and in order', async () => {
  await demo.local('/_local/graph/settings', { windows: 'open', pairLimit: false });
  const recipients = ['+966500000011', '+966500000012', '+966500000013', '+966500000014'];
  const sends = Array.from({ length: 100 }, (_, index) => ({
    ...text(String(index), recipients[index % recipients.length]),
    delivery: 'queued',
  }));
  const ids: unknown[] = [];
  for (const send of sends) {
    const { status, body } = await demo.send('/whatsapp-send-message', send);
    expect(status).toBe(202);
    ids.push(body['sendId']);
  }
  await demo.inbox(
    sends.length,
    (event) =>
      event.type === 'send.updated' && event.status === 'accepted' && ids.includes(event.sendId),
  );
  const accepted = demo.graph.accepted();
  const order = ids.map((id) =>
    accepted.findIndex(({ callbackData }) => callbackData?.includes(String(id))),
  );
  expect(order).not.toContain(-1);
  expect(
    accepted.filter(({ callbackData }) => ids.some((id) => callbackData?.includes(String(id)))),
  ).toHaveLength(sends.length);
  for (const first of recipients.keys()) {
    const ofOne = order.filter((_, index) => index % recipients.length === first);
    expect(ofOne).toEqual([...ofOne].sort((one, other) => one - other));
  }
}, 60_000);

it('Meta takes a message and says nothing of it until the call times out, the status webhook tells', async () => {
  await expectTold(timedOut);
}, 30_000);

it('a dead token is said once to Meta, and then by us', async () => {
  await demo.local('/_local/graph/faults', { code: 190, subcode: 467, path: '/messages' });
  const first = await demo.send('/whatsapp-send-message', text('dead'));
  expect(first).toMatchObject({
    status: 409,
    body: { code: 'connection-invalid', meta: { code: 190 } },
  });
  const second = await demo.send('/whatsapp-send-message', text('still dead'));
  expect(second).toMatchObject({ status: 409, body: { code: 'connection-invalid' } });
  expect(second.body['meta']).toBeUndefined();
}, 30_000);

it('nothing was denied, and no log line has a text, a number or a token', () => {
  expect(demo.complaints.filter((line) => line.includes('denied'))).toEqual([]);
  const logs = demo.logs();
  expect(logs).not.toContain('966500000');
  expect(logs).not.toContain('still dead');
  expect(logs).not.toMatch(/EAA[\w-]{20}/);
});

it('dashboards and saved queries find what they show', async () => {
  await expectMonitored('send', demo.logs);
});
