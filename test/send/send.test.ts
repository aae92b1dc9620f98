import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { SendAnswer } from '../../lambdas/send/send.ts';
import type { SendRequest } from '../../lambdas/send/send-request.schema.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { Problem, type ProblemCode, problemStatuses } from '../../shared/http/problem.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendRecord, SendState } from '../../shared/sends/send-record.schema.ts';
import { type Fault, FaultSeam, faults } from '../pipeline/faults.ts';
import {
  customer,
  refused,
  requestOf,
  type Scenario,
  SendWorld,
  sender,
  senderToken,
  textRequest,
} from './send-world.ts';

const key = 'key-1';
const sendId = sendIdOf(sender.organizationId, key);
const hourMs = 60 * 60 * 1000;
const ambiguous: GraphAnswer = { kind: 'ambiguous', problem: 'timeout' };
const unsent: GraphAnswer = { kind: 'unsent', problem: 'no connection' };

const templateRequest = requestOf({
  to: customer,
  type: 'template',
  template: { name: 'hello', language: { code: 'en' } },
});
const rendered = { body: 'Hello Aisha', buttons: [] };

function reactionTo(messageId: string): SendRequest {
  return requestOf({
    to: customer,
    type: 'reaction',
    reaction: { message_id: messageId, emoji: '👍' },
  });
}

function imageOf(id: string): SendRequest {
  return requestOf({ to: customer, type: 'image', image: { id } });
}

/** The answer to a request that must not be refused. */
async function answered(
  world: SendWorld,
  request: SendRequest,
  idempotencyKey = key,
): Promise<SendAnswer> {
  const answer = await world.request(request, idempotencyKey);
  if (!answer || answer instanceof Problem) {
    throw new Error('The request was refused', { cause: answer });
  }
  return answer;
}

/** The problem that a request is answered with. */
async function problemOf(
  world: SendWorld,
  request: SendRequest,
  idempotencyKey = key,
): Promise<Problem> {
  return asProblem(await world.request(request, idempotencyKey));
}

function asProblem(answer: SendAnswer | Problem | undefined): Problem {
  if (answer instanceof Problem) {
    return answer;
  }
  throw new Error('The request was not refused', { cause: answer });
}

/** Queues a send for the customer, so that later ones wait behind it. */
async function holdLane(world: SendWorld): Promise<void> {
  const queued = await answered(world, textRequest(), 'key-before');
  expect(queued.body.status).toBe('queued');
}

function at(world: SendWorld, ms: number): string {
  return new Date(world.nowMs + ms).toISOString();
}

describe('a send that Meta takes', () => {
  it('is answered 200 with its message', async () => {
    const world = new SendWorld();
    expect(await answered(world, textRequest())).toEqual({
      status: 200,
      body: { sendId, messageId: 'wamid.1', status: 'accepted' },
      replayed: false,
    });
  });

  it('goes to Meta as the caller wrote it, with what names the send in every status', async () => {
    const world = new SendWorld();
    await answered(world, textRequest({ clientReference: 'ticket 7' }));
    expect(world.calls).toMatchObject([
      {
        path: `${sender.phoneNumberId}/messages`,
        token: senderToken,
        body: {
          messaging_product: 'whatsapp',
          to: customer,
          type: 'text',
          text: { body: 'hi' },
          biz_opaque_callback_data: `nexus:${sendId}:ticket 7`,
        },
      },
    ]);
  });

  it('is on record before Meta is called', async () => {
    const states: unknown[] = [];
    const world = new SendWorld({}, undefined, ({ graph, ledger }) => ({
      graph: {
        async call(request) {
          states.push((await ledger.find(sender.organizationId, sendId))?.record.state);
          return graph.call(request);
        },
      },
    }));
    await answered(world, textRequest());
    expect(states).toEqual(['DISPATCHED']);
  });

  it('is recorded, told and kept among the messages', async () => {
    const world = new SendWorld();
    world.conversations.put(
      sender,
      { kind: 'phone', phone: customer },
      { conversationId: 'conversation 1' },
    );
    await answered(world, textRequest({ clientReference: 'ticket 7' }));
    expect(world.ledger.records).toMatchObject([
      { sendId, state: 'ACCEPTED', messageId: 'wamid.1', conversationId: 'conversation 1' },
    ]);
    expect(world.ledger.told.map(({ event }) => event)).toMatchObject([
      { type: 'send.updated', status: 'accepted', messageId: 'wamid.1', sendId },
    ]);
    expect(await world.messages.find(sender.phoneNumberId, 'wamid.1')).toMatchObject({
      organizationId: sender.organizationId,
      sent: {
        sendId,
        clientReference: 'ticket 7',
        conversationId: 'conversation 1',
        message: { type: 'text', text: { body: 'hi' } },
      },
    });
  });

  it('says what Meta made of the phone number', async () => {
    const body = { messages: [{ id: 'wamid.9' }], contacts: [{ wa_id: '5511987654321' }] };
    const world = new SendWorld({ reactions: [{ kind: 'ok', body }] });
    expect((await answered(world, textRequest())).body).toMatchObject({
      messageId: 'wamid.9',
      waId: '5511987654321',
    });
  });

  it('says what a template’s customer will read', async () => {
    const world = new SendWorld();
    world.templates = { check: async () => ({ rendered, category: 'UTILITY' }) };
    expect((await answered(world, templateRequest)).body.rendered).toEqual(rendered);
  });

  it.each([
    ['a person without a phone number', { recipient: 'SA.13491208655302741918' }],
    ['a group', { recipient_type: 'group', to: 'Y2FwaV9ncm91cDox' }],
  ])('may be to %s', async (_whom, whom) => {
    const world = new SendWorld();
    const request = requestOf({ ...whom, type: 'text', text: { body: 'hi' } });
    expect((await answered(world, request)).status).toBe(200);
    expect(world.calls).toMatchObject([{ body: whom }]);
  });
});

describe('a send that is not over', () => {
  it('is answered 202 when nobody knows whether Meta has it', async () => {
    const world = new SendWorld({ reactions: [ambiguous] });
    expect(await answered(world, textRequest())).toEqual({
      status: 202,
      body: { sendId, status: 'unknown' },
      replayed: false,
    });
    expect(world.ledger.records).toMatchObject([{ state: 'UNKNOWN' }]);
  });

  it('is unknown where Meta answers 200 and names no message', async () => {
    const world = new SendWorld({ reactions: [{ kind: 'ok', body: { messages: [] } }] });
    expect((await answered(world, textRequest())).body.status).toBe('unknown');
  });

  it('waits in the queue where Meta throttles it', async () => {
    const world = new SendWorld({ reactions: [131056] });
    expect(await answered(world, textRequest())).toEqual({
      status: 202,
      body: { sendId, status: 'queued' },
      replayed: false,
    });
    expect(world.queue.messages).toMatchObject([{ lane: 'agent' }]);
    expect(world.ledger.records).toMatchObject([{ state: 'PENDING', lane: 'agent' }]);
    expect(world.ledger.told.map(({ event }) => event.status)).toEqual(['queued']);
  });

  it('is queued as bulk where the caller asks for it, without a token', async () => {
    const world = new SendWorld();
    const answer = await answered(world, textRequest({ delivery: 'queued' }));
    expect(answer).toMatchObject({ status: 202, body: { sendId, status: 'queued' } });
    expect(world.queue.messages).toMatchObject([{ lane: 'bulk' }]);
    expect(world.credentials.opened).toEqual([]);
    expect(world.calls).toEqual([]);
  });
});

/** What is refused before anything is stored or sent. */
interface Refusal {
  set?: (world: SendWorld) => void | Promise<void>;
  scenario?: Scenario;
  request?: SendRequest;
  key?: string | undefined;
  code: ProblemCode;
  details?: object;
}

const old = '2026-10-20T10:00:00.000Z';

const refusals: Record<string, Refusal> = {
  'no idempotency key': { key: undefined, code: 'idempotency-key-required' },
  'an empty idempotency key': { key: '', code: 'idempotency-key-required' },
  'an idempotency key with a space': { key: 'a b', code: 'idempotency-key-required' },
  'an idempotency key that is too long': {
    key: 'k'.repeat(256),
    code: 'idempotency-key-required',
  },
  'a time that is over': {
    request: textRequest({ expiresAt: '2026-11-22T10:00:00Z' }),
    code: 'invalid-request',
    details: { problems: [{ path: 'expiresAt' }] },
  },
  'a time more than 7 days ahead': {
    request: textRequest({ expiresAt: '2026-11-29T10:00:00.001Z' }),
    code: 'invalid-request',
    details: { problems: [{ path: 'expiresAt' }] },
  },
  'a phone number that nobody has': {
    request: { ...textRequest(), phoneNumberId: '9' },
    code: 'not-found',
    details: { problems: [{ path: 'phoneNumberId' }] },
  },
  "another organisation's phone number": {
    set: ({ numbers }) => {
      numbers.set('9', { organizationId: 'org-2', wabaId: '2002', phoneNumberId: '9' });
    },
    request: { ...textRequest(), phoneNumberId: '9' },
    code: 'not-found',
    details: { problems: [{ path: 'phoneNumberId' }] },
  },
  "another organisation's media": {
    set: ({ mediaOwners }) => {
      mediaOwners.put('700', { organizationId: 'org-2', phoneNumberId: '9' });
    },
    request: imageOf('700'),
    code: 'not-found',
    details: { problems: [{ path: 'message.image.id' }] },
  },
  "another number's media": {
    set: ({ mediaOwners }) => {
      mediaOwners.put('700', { organizationId: 'org-1', phoneNumberId: '1002' });
    },
    request: imageOf('700'),
    code: 'not-found',
    details: { problems: [{ path: 'message.image.id' }] },
  },
  "a reaction to another organisation's message": {
    set: ({ messages }) => {
      messages.put('1001', 'wamid.x', { organizationId: 'org-2', statuses: [] });
    },
    request: reactionTo('wamid.x'),
    code: 'not-found',
    details: { problems: [{ path: 'message.reaction.message_id' }] },
  },
  'a reaction to a message that is too old': {
    set: ({ messages }) =>
      messages.recordSent({
        ...{ messageId: 'wamid.x', sendId: 'x', acceptedAt: old, message: { type: 'text' } },
        ...sender,
      }),
    request: reactionTo('wamid.x'),
    code: 'reaction-target-invalid',
    details: { problems: [{ path: 'message.reaction.message_id', meta: { code: 131009 } }] },
  },
  'a reaction to a reaction': {
    set: ({ messages }) =>
      messages.recordSent({
        ...{ messageId: 'wamid.x', sendId: 'x', acceptedAt: '2026-11-22T09:00:00.000Z' },
        ...{ ...sender, message: { type: 'reaction' } },
      }),
    request: reactionTo('wamid.x'),
    code: 'reaction-target-invalid',
  },
  'a customer service window that is closed': {
    set: (world) => setWindow(world, -1),
    code: 'window-closed',
    details: { meta: { code: 131047 } },
  },
  'marketing to somebody who has stopped it': {
    set: (world) => {
      world.templates = { check: async () => ({ rendered, category: 'MARKETING' }) };
      const stopped = { conversationId: 'conversation 1', marketing: 'stop' };
      world.conversations.put(sender, { kind: 'phone', phone: customer }, stopped);
    },
    request: templateRequest,
    code: 'recipient-opted-out',
    details: { meta: { code: 131050 } },
  },
  'a template that Meta would refuse': {
    set: (world) => {
      world.templates = {
        check: async () => {
          throw new Problem('template-not-sendable', { detail: '', meta: { code: 132015 } });
        },
      };
    },
    request: templateRequest,
    code: 'template-not-sendable',
    details: { meta: { code: 132015 } },
  },
  'no credential': {
    set: ({ numbers }) => {
      numbers.set('1001', { ...sender, wabaId: '2009' });
    },
    code: 'connection-invalid',
  },
  'a credential that Meta has refused': {
    set: async ({ credentials }) => {
      const credential = await credentials.find('org-1', '2001');
      if (credential) await credentials.invalidate(credential, 'token-expired', '');
    },
    code: 'connection-invalid',
    details: { detail: expect.stringContaining('token-expired') },
  },
};

function setWindow(world: SendWorld, ms: number): void {
  const windowUpTo = at(world, ms);
  const conversation = { conversationId: 'conversation 1', windowUpTo };
  world.conversations.put(sender, { kind: 'phone', phone: customer }, conversation);
}

describe('refused before Meta is called', () => {
  it.each(Object.entries(refusals))('%s', async (_name, refusal) => {
    const { set, scenario, request = textRequest(), code, details = {} } = refusal;
    const world = new SendWorld(scenario);
    await set?.(world);
    const problem = asProblem(await world.request(request, 'key' in refusal ? refusal.key : key));
    expect(problem).toMatchObject({ code, details });
    expect(world.credentials.opened).toEqual([]);
    expect(world.calls).toEqual([]);
    expect(world.ledger.records).toEqual([]);
    expect(world.queue.messages).toEqual([]);
    expect(world.ledger.told).toEqual([]);
  });

  it('leaves the key to another request', async () => {
    const world = new SendWorld();
    setWindow(world, -1);
    await problemOf(world, textRequest());
    world.templates = { check: async () => ({ rendered, category: 'UTILITY' }) };
    expect((await answered(world, templateRequest)).body.status).toBe('accepted');
  });

  it('a token that cannot be decrypted: nothing is stored', async () => {
    const world = new SendWorld();
    world.credentials.failure = new Error('KMS is away');
    expect(await problemOf(world, textRequest())).toMatchObject({
      code: 'unavailable',
      details: { retryAfterSeconds: 5 },
    });
    expect(world.ledger.records).toEqual([]);
    expect(world.reports).toEqual([world.credentials.failure]);
  });

  it.each([
    ['no idempotency key', undefined],
    ['one that is not', 'a b'],
  ])('validateOnly takes %s, and stores and sends nothing', async (_name, any) => {
    const world = new SendWorld();
    world.templates = { check: async () => ({ rendered, category: 'UTILITY' }) };
    const request = { ...templateRequest, validateOnly: true };
    expect(await world.request(request, any)).toEqual({
      status: 200,
      body: { status: 'valid', rendered },
      replayed: false,
    });
    expect([world.ledger.records, world.calls, world.credentials.opened]).toEqual([[], [], []]);
  });

  it('validateOnly says what is wrong', async () => {
    const world = new SendWorld();
    setWindow(world, -1);
    const problem = asProblem(await world.request(textRequest({ validateOnly: true }), undefined));
    expect(problem.code).toBe('window-closed');
  });
});

describe('taken although something is not known', () => {
  it.each<[string, (world: SendWorld) => void, SendRequest]>([
    ['a window that is open', (world) => setWindow(world, hourMs), textRequest()],
    ['a window that ends now', (world) => setWindow(world, 0), textRequest()],
    ['a window that nobody knows of', () => undefined, textRequest()],
    [
      'a closed window, for a template',
      (world) => {
        setWindow(world, -1);
        world.templates = { check: async () => ({ rendered, category: 'UTILITY' }) };
      },
      templateRequest,
    ],
    [
      'marketing to somebody who has resumed it',
      (world) => {
        world.templates = { check: async () => ({ rendered, category: 'MARKETING' }) };
        const resumed = { conversationId: 'conversation 1', marketing: 'resume' };
        world.conversations.put(sender, { kind: 'phone', phone: customer }, resumed);
      },
      templateRequest,
    ],
    [
      'a utility template to somebody who has stopped marketing',
      (world) => {
        world.templates = { check: async () => ({ rendered, category: 'UTILITY' }) };
        const stopped = { conversationId: 'conversation 1', marketing: 'stop' };
        world.conversations.put(sender, { kind: 'phone', phone: customer }, stopped);
      },
      templateRequest,
    ],
    ['media that nobody knows', () => undefined, imageOf('700')],
    ['its own media', ({ mediaOwners }) => mediaOwners.put('700', sender), imageOf('700')],
    ['a reaction to a message that nobody knows', () => undefined, reactionTo('wamid.x')],
    [
      'a time just within 7 days',
      () => undefined,
      textRequest({ expiresAt: '2026-11-29T10:00:00Z' }),
    ],
    [
      'a time that is not over',
      () => undefined,
      textRequest({ expiresAt: '2026-11-22T10:00:00.001Z' }),
    ],
  ])('%s', async (_name, set, request) => {
    const world = new SendWorld();
    set(world);
    expect((await answered(world, request)).body.status).toBe('accepted');
  });
});

/** What Meta's answer to a send that is made at once becomes. */
interface MetaProblem {
  reaction: GraphAnswer;
  delivery?: 'now';
  code: ProblemCode;
  details: object;
}

const metaProblems: Record<string, MetaProblem> = {
  'throttled where queueing was refused': {
    reaction: refused(131056, { title: 'pair', details: 'slow down', fbtraceId: 'trace' }),
    delivery: 'now',
    code: 'throttled',
    details: {
      retryAfterSeconds: 5,
      meta: { code: 131056, title: 'pair', details: 'slow down', fbtraceId: 'trace' },
    },
  },
  'throttled with a time by Meta': {
    reaction: refused(80007, { retryAfterMs: 61_500 }),
    delivery: 'now',
    code: 'throttled',
    details: { retryAfterSeconds: 62 },
  },
  'an error of Meta itself': {
    reaction: refused(131016, { subcode: 33, fbtraceId: 'trace' }),
    code: 'meta-error',
    details: { retryAfterSeconds: 5, meta: { code: 131016, subcode: 33, fbtraceId: 'trace' } },
  },
  'a dead token': {
    reaction: refused(190, { subcode: 463 }),
    code: 'connection-invalid',
    details: { meta: { code: 190, subcode: 463 } },
  },
  'Meta cannot be reached': {
    reaction: unsent,
    code: 'unavailable',
    details: { retryAfterSeconds: 5 },
  },
};

describe('not carried out by Meta, for now', () => {
  it.each(Object.entries(metaProblems))('%s', async (_name, { reaction, delivery, ...problem }) => {
    const world = new SendWorld({ reactions: [reaction] });
    const request = textRequest(delivery ? { delivery } : {});
    expect(await problemOf(world, request)).toMatchObject(problem);
    expect(world.ledger.records).toEqual([]);
    expect(world.ledger.told).toEqual([]);
    expect(world.queue.messages).toEqual([]);
    // The key is free again, also for another request.
    world.credentials.connect(sender.organizationId, sender.wabaId, 'a new token');
    const other = textRequest({ clientReference: 'another' });
    expect((await answered(world, other)).body.messageId).toBe('wamid.1');
  });

  it('a dead token is marked once, and nothing is sent with it any more', async () => {
    const world = new SendWorld({ reactions: [190] });
    await problemOf(world, textRequest());
    const credential = await world.credentials.find(sender.organizationId, sender.wabaId);
    expect(credential).toMatchObject({ state: 'INVALID', reason: 'token-invalid' });
    expect(await problemOf(world, textRequest())).toMatchObject({ code: 'connection-invalid' });
    expect(world.calls).toHaveLength(1);
  });

  it("a number that the token does not see leaves the account's other numbers alone", async () => {
    const world = new SendWorld({ reactions: [refused(100, { subcode: 33 }), 'accept'] });
    expect(await problemOf(world, textRequest())).toMatchObject({ code: 'connection-invalid' });
    const credential = await world.credentials.find(sender.organizationId, sender.wabaId);
    expect(credential?.state).toBe('VALID');
    expect((await answered(world, textRequest())).body.status).toBe('accepted');
  });

  it('a token that was replaced meanwhile stays valid', async () => {
    const world = new SendWorld({ reactions: [190], latenciesMs: [100] });
    const answer = problemOf(world, textRequest());
    await new Promise(process.nextTick);
    world.credentials.connect(sender.organizationId, sender.wabaId, 'a new token');
    expect((await answer).code).toBe('connection-invalid');
    expect((await answered(world, textRequest())).body.status).toBe('accepted');
    expect(world.calls.map(({ token }) => token)).toEqual([senderToken, 'a new token']);
  });
});

describe('refused by Meta for good', () => {
  const reaction = refused(131026, { title: 'Undeliverable', details: 'why', fbtraceId: 'trace' });

  it('is 422 with what Meta said, and is told and kept', async () => {
    const world = new SendWorld({ reactions: [reaction] });
    expect(await problemOf(world, textRequest())).toMatchObject({
      code: 'meta-refused',
      details: {
        sendId,
        meta: { code: 131026, title: 'Undeliverable', details: 'why', fbtraceId: 'trace' },
      },
    });
    const error = {
      ...{ code: 131026, class: 'permanent', reason: 'recipient-unreachable' },
      ...{ title: 'Undeliverable', details: 'why' },
    };
    expect(world.ledger.records).toMatchObject([{ state: 'FAILED', error }]);
    expect(world.ledger.told.map(({ event }) => event)).toMatchObject([
      { status: 'failed', error },
    ]);
  });

  it('is answered the same again, without asking Meta', async () => {
    const world = new SendWorld({ reactions: [reaction] });
    await problemOf(world, textRequest());
    expect(await problemOf(world, textRequest())).toMatchObject({
      code: 'meta-refused',
      details: { sendId, meta: { code: 131026, title: 'Undeliverable', details: 'why' } },
    });
    expect(world.calls).toHaveLength(1);
  });
});

it('every problem has a status of the contract', () => {
  const expected: Partial<Record<ProblemCode, number>> = {
    ...{ 'invalid-request': 400, 'idempotency-key-required': 400, 'not-found': 404 },
    ...{ 'send-in-flight': 409, 'connection-invalid': 409, 'idempotency-key-reused': 422 },
    ...{ 'window-closed': 422, 'recipient-opted-out': 422, 'meta-refused': 422 },
    ...{ throttled: 429, 'meta-error': 502, unavailable: 503 },
  };
  expect(problemStatuses).toMatchObject(expected);
});

/** A world in which a send stands where `difference` says, and the answer to its repeat. */
async function repeated(difference: Partial<SendRecord>) {
  const world = new SendWorld();
  await answered(world, textRequest());
  const stored = await world.ledger.find(sender.organizationId, sendId);
  if (!stored) {
    throw new Error('There is no record');
  }
  const { messageId, settleAt, ...record } = stored.record;
  await world.ledger.replace(stored, { ...record, stateAt: at(world, 0), ...difference });
  world.advance(1000);
  return { world, answer: await world.request(textRequest(), key) };
}

describe('a repeat with the same key', () => {
  it.each<[SendState, Partial<SendRecord>, object]>([
    [
      'ACCEPTED',
      { messageId: 'wamid.1' },
      { status: 200, body: { sendId, status: 'accepted', messageId: 'wamid.1' } },
    ],
    ['PENDING', {}, { status: 202, body: { sendId, status: 'queued' } }],
    ['UNKNOWN', {}, { status: 202, body: { sendId, status: 'unknown' } }],
    ['UNRESOLVED', {}, { status: 200, body: { sendId, status: 'unresolved' } }],
    ['EXPIRED', {}, { status: 200, body: { sendId, status: 'expired' } }],
    ['DISPATCHED', {}, { code: 'send-in-flight', details: { sendId, retryAfterSeconds: 2 } }],
    [
      'FAILED',
      { error: { code: 131026, class: 'permanent', reason: 'recipient-unreachable' } },
      { code: 'meta-refused', details: { sendId, meta: { code: 131026 } } },
    ],
    [
      'FAILED',
      { error: { code: 0, class: 'permanent', reason: 'number-disconnected' } },
      { code: 'send-failed', details: { sendId } },
    ],
  ])('tells of a send that is %s %j, and sends nothing', async (state, difference, expected) => {
    const { world, answer } = await repeated({ state, ...difference });
    expect(answer).toMatchObject('body' in expected ? { ...expected, replayed: true } : expected);
    expect(world.calls).toHaveLength(1);
    expect(world.queue.messages).toEqual([]);
    expect(world.ledger.records).toMatchObject([{ state }]);
  });

  it('is answered although the credential has died', async () => {
    const world = new SendWorld({ reactions: ['accept', 190] });
    await answered(world, textRequest());
    await problemOf(world, textRequest(), 'key-2');
    expect((await answered(world, textRequest())).body.messageId).toBe('wamid.1');
  });

  it('is answered although the window has closed', async () => {
    const world = new SendWorld();
    setWindow(world, hourMs);
    await answered(world, textRequest());
    world.advance(2 * hourMs);
    expect((await answered(world, textRequest())).replayed).toBe(true);
  });

  it('may write its JSON in another order', async () => {
    const world = new SendWorld();
    await answered(world, textRequest());
    const request = {
      message: { text: { body: 'hi' }, type: 'text', to: customer },
      ...{ phoneNumberId: '1001', organizationId: 'org-1' },
    } as const;
    expect((await answered(world, request)).replayed).toBe(true);
  });

  it.each<[string, SendRequest]>([
    ['another text', requestOf({ to: customer, type: 'text', text: { body: 'ho' } })],
    ['another recipient', textRequest({}, '+966500000002')],
    ['another client reference', textRequest({ clientReference: 'x' })],
    ['another way of delivery', textRequest({ delivery: 'queued' })],
    ['another time', textRequest({ expiresAt: '2026-11-22T12:00:00Z' })],
  ])('is refused with %s', async (_name, request) => {
    const world = new SendWorld();
    await answered(world, textRequest());
    expect(await problemOf(world, request)).toMatchObject({
      code: 'idempotency-key-reused',
      details: { sendId },
    });
    expect(world.calls).toHaveLength(1);
  });

  it("is another organisation's own send", async () => {
    const world = new SendWorld();
    world.numbers.set('9', { organizationId: 'org-2', wabaId: '2002', phoneNumberId: '9' });
    world.credentials.connect('org-2', '2002', 'token of org-2');
    await answered(world, textRequest());
    const theirs = { ...textRequest(), organizationId: 'org-2', phoneNumberId: '9' };
    expect((await answered(world, theirs)).body.messageId).toBe('wamid.2');
    expect(world.calls.map(({ token }) => token)).toEqual([senderToken, 'token of org-2']);
  });

  it('at the same time: one is sent, the other is told so', async () => {
    const world = new SendWorld({ latenciesMs: [100] });
    const answers = await Promise.all([
      world.request(textRequest(), key),
      world.request(textRequest(), key),
    ]);
    expect(world.calls).toHaveLength(1);
    expect(answers).toContainEqual(expect.objectContaining({ code: 'send-in-flight' }));
    expect(answers).toContainEqual(expect.objectContaining({ status: 200 }));
  });
});

describe('lanes', () => {
  it('a later send waits behind a queued one to the same recipient', async () => {
    const world = new SendWorld({ reactions: [131056] });
    await holdLane(world);
    expect((await answered(world, textRequest())).body.status).toBe('queued');
    expect(world.calls).toHaveLength(1);
  });

  it('a later send that may not wait is refused, and leaves nothing', async () => {
    const world = new SendWorld({ reactions: [131056] });
    await holdLane(world);
    expect(await problemOf(world, textRequest({ delivery: 'now' }))).toMatchObject({
      code: 'throttled',
      details: { retryAfterSeconds: 5 },
    });
    expect(world.ledger.records).toHaveLength(1);
    expect(world.calls).toHaveLength(1);
  });

  it.each<[string, SendRequest]>([
    ['another recipient', textRequest({ delivery: 'now' }, '+966500000002')],
    ['another number', { ...textRequest({ delivery: 'now' }), phoneNumberId: '1002' }],
  ])('a send of %s goes at once', async (_name, request) => {
    const world = new SendWorld({ reactions: [131056] });
    world.numbers.set('1002', { ...sender, phoneNumberId: '1002' });
    await holdLane(world);
    expect((await answered(world, request)).body.status).toBe('accepted');
  });

  it("bulk does not hold up an agent's reply", async () => {
    const world = new SendWorld();
    await answered(world, textRequest({ delivery: 'queued' }), 'bulk');
    expect((await answered(world, textRequest())).body.status).toBe('accepted');
  });

  it('sends go at once again when the queue has drained', async () => {
    const world = new SendWorld({ reactions: [131056] });
    await holdLane(world);
    await answered(world, textRequest(), 'key-second');
    world.advance(5000);
    await world.deliverSome();
    expect((await answered(world, textRequest({ delivery: 'now' }))).body.status).toBe('accepted');
    expect(world.accepted.map((acceptance) => acceptance.sendId)).toEqual(
      ['key-before', 'key-second', key].map((each) => sendIdOf(sender.organizationId, each)),
    );
  });

  it.each<[string, MetaEnd]>([
    ['is refused for good', { reactions: [131056, 131026] }],
    ['ends unknown', { reactions: [131056, ambiguous] }],
    ['expires', { reactions: [131056], waitMs: 25 * hourMs }],
  ])(
    'sends go at once again when the queued one %s',
    async (_name, { waitMs = 5000, ...scenario }) => {
      const world = new SendWorld(scenario);
      await holdLane(world);
      world.advance(waitMs);
      await world.deliverSome();
      expect((await answered(world, textRequest())).body.status).toBe('accepted');
    },
  );

  it('a send that could not be queued holds nobody up', async () => {
    const world = new SendWorld({ reactions: [131056] }, undefined, () => ({
      queue: {
        enqueue: async () => {
          throw new Error('SQS is away');
        },
      },
    }));
    expect((await problemOf(world, textRequest(), 'key-before')).details.retryAfterSeconds).toBe(5);
    expect(await problemOf(world, textRequest({ delivery: 'queued' }), 'key-bulk')).toMatchObject({
      code: 'unavailable',
      details: { retryAfterSeconds: 5 },
    });
    expect(world.ledger.records).toEqual([]);
    expect((await answered(world, textRequest())).body.status).toBe('accepted');
  });
});

interface MetaEnd extends Scenario {
  waitMs?: number;
}

it('answers with a problem where anything else fails, and reports it', async () => {
  const world = new SendWorld({}, new FaultSeam(new Map([[1, 'fail']])));
  expect(await problemOf(world, textRequest())).toMatchObject({
    code: 'unavailable',
    details: { retryAfterSeconds: 5 },
  });
  expect(world.reports).toEqual([new Error('fail')]);
  expect(world.calls).toEqual([]);
});

describe('says nothing of whom and what, whatever fails', () => {
  const phone = '966512345678';
  const secrets = [phone, 'Canary', 'canary-token'];
  const request = (delivery: Scenario['delivery']) =>
    requestOf(
      {
        to: `+${phone}`,
        type: 'document',
        document: { id: '700', caption: 'Canary caption', filename: 'Canary.pdf' },
      },
      delivery ? { delivery } : {},
    );
  const scenarios: [string, Scenario][] = [
    ['at once', {}],
    ['throttled, then accepted', { reactions: [130429] }],
    ['refused', { reactions: [131026] }],
    ['a dead token', { reactions: [190] }],
    ['queued', { delivery: 'queued', reactions: [131016, ambiguous] }],
  ];

  async function run(scenario: Scenario, plan: ReadonlyMap<number, Fault>) {
    const world = new SendWorld(scenario, new FaultSeam(plan));
    world.credentials.connect(sender.organizationId, sender.wabaId, 'canary-token');
    const first = request(scenario.delivery);
    await world.persist(first, key);
    await world.request({ ...first, clientReference: 'another' }, key);
    await world.quiesce();
    const { records, told } = world.ledger;
    const problems = world.answers.filter((answer) => answer instanceof Problem);
    return {
      calls: world.seam.calls,
      hasRun: records.length + told.length + problems.length > 0,
      said: [
        JSON.stringify([records, told, problems.map(({ details }) => details)]),
        world.queue.messages.map(({ laneKey }) => laneKey).join(),
        inspect([problems, world.reports], { depth: 20, showHidden: true }),
      ].join('\n'),
    };
  }

  it.each(scenarios)('%s', async (_name, scenario) => {
    const { calls } = await run(scenario, new Map());
    for (let call = 0; call <= calls; call++) {
      for (const fault of faults) {
        const { hasRun, said } = await run(scenario, new Map([[call, fault]]));
        expect(hasRun).toBe(true);
        expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
      }
    }
  });
});
