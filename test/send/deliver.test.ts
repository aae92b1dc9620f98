import { describe, expect, it } from '@jest/globals';
import { type Delivered, deliver } from '../../lambdas/send/deliver.ts';
import type { SendRequest } from '../../lambdas/send/send-request.schema.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { FaultSeam } from '../pipeline/faults.ts';
import {
  customer,
  refused,
  requestOf,
  type Sabotage,
  type Scenario,
  SendWorld,
  sender,
  textRequest,
} from './send-world.ts';

/** How long a reply waits after its recipient was throttled once. */
const throttledMs = 4000;

const hourMs = 60 * 60 * 1000;
const bulk = { delivery: 'queued' } as const;
const unsent: GraphAnswer = { kind: 'unsent', problem: 'no connection' };
const ambiguous: GraphAnswer = { kind: 'ambiguous', problem: 'timeout' };

/** A world in which time goes by, and in which these are queued, under the keys 1, 2, ... */
async function worldWith(
  requests: readonly SendRequest[],
  scenario: Scenario = {},
  sabotage?: Sabotage,
): Promise<SendWorld> {
  const world = new SendWorld({ timed: true, ...scenario }, new FaultSeam(), sabotage);
  world.numbers.set('1002', { ...sender, phoneNumberId: '1002' });
  for (const [index, request] of requests.entries()) {
    expect(await world.request(request, String(index + 1))).toMatchObject({
      body: { status: 'queued' },
    });
  }
  return world;
}

/** Queues an agent's replies: what Meta throttles waits there. */
async function worldOfReplies(requests: readonly SendRequest[], scenario: Scenario = {}) {
  const throttles = requests.map(() => 131056);
  return worldWith(requests, {
    ...scenario,
    reactions: [...throttles, ...(scenario.reactions ?? [])],
  });
}

function person(number: number): string {
  return `+96650001${String(number).padStart(4, '0')}`;
}

function toPeople(count: number, more: object = {}): SendRequest[] {
  return Array.from({ length: count }, (_, index) => textRequest(more, person(index)));
}

async function delivered(world: SendWorld, most?: number): Promise<Delivered> {
  const result = await world.deliverSome(undefined, most);
  if (!result) {
    throw new Error('The invocation died');
  }
  return result;
}

/** How long each message that has to come again waits, in ms, in the order of the queue. */
function waitsOf({ again }: Delivered): number[] {
  return [...again.values()];
}

/** The keys of the sends that Meta has accepted, in order. */
function acceptedKeys(world: SendWorld): number[] {
  const sendIds = Array.from({ length: 20 }, (_, index) =>
    sendIdOf(sender.organizationId, String(index)),
  );
  return world.accepted.map(({ sendId }) => sendIds.indexOf(sendId));
}

function states(world: SendWorld): string[] {
  return world.ledger.records.map(({ state }) => state);
}

/** When Meta was called, in ms after the first of these calls. */
function callTimes(calls: readonly { atMs: number }[]): number[] {
  return calls.map(({ atMs }) => atMs - (calls[0]?.atMs ?? 0));
}

describe('what becomes of a queued send', () => {
  it('Meta accepts it: recorded, told, kept and counted', async () => {
    const world = await worldWith([textRequest(bulk)]);
    const { again, counts } = await delivered(world);
    expect([again.size, counts.accepted]).toEqual([0, 1]);
    expect(world.ledger.records).toMatchObject([
      { state: 'ACCEPTED', messageId: 'wamid.1', attempts: 1 },
    ]);
    expect(world.ledger.told.map(({ event }) => event.status)).toEqual(['queued', 'accepted']);
    expect(await world.messages.find('1001', 'wamid.1')).toMatchObject({
      sent: { message: { text: { body: 'hi' } } },
    });
  });

  it.each<[string, GraphAnswer, string]>([
    ['refuses it for good', refused(131026), 'failed'],
    ['asks the operator', refused(131042), 'failed'],
    ['leaves open what it did', ambiguous, 'unknown'],
  ])('Meta %s: it ends, and is told', async (_name, reaction, status) => {
    const world = await worldWith([textRequest(bulk)], { reactions: [reaction] });
    const { again, counts } = await delivered(world);
    expect([again.size, counts]).toEqual([0, expect.objectContaining({ [status]: 1 })]);
    expect(states(world)).toEqual([status.toUpperCase()]);
    expect(world.ledger.told.at(-1)?.event.status).toBe(status);
  });

  it.each<[string, (world: SendWorld) => void, SendRequest]>([
    [
      'its own time is over',
      (world) => world.advance(hourMs),
      textRequest({ ...bulk, expiresAt: '2026-11-22T11:00:00Z' }),
    ],
    ['it has waited for a day', (world) => world.advance(24 * hourMs), textRequest(bulk)],
    ['the customer service window has closed', closeWindow, textRequest(bulk)],
  ])('%s: it expires, and Meta is not called', async (_name, set, request) => {
    const world = await worldWith([request]);
    set(world);
    const { again, counts } = await delivered(world);
    expect([again.size, counts.expired]).toEqual([0, 1]);
    expect(states(world)).toEqual(['EXPIRED']);
    expect(world.ledger.told.at(-1)?.event.status).toBe('expired');
    expect(world.calls).toEqual([]);
  });

  it.each<[string, (world: SendWorld) => void, SendRequest]>([
    [
      'its time is not over',
      (world) => world.advance(hourMs - 1),
      textRequest({ ...bulk, expiresAt: '2026-11-22T11:00:00Z' }),
    ],
    [
      'it is a template and the window has closed',
      closeWindow,
      requestOf(
        { to: customer, type: 'template', template: { name: 'a', language: { code: 'en' } } },
        bulk,
      ),
    ],
  ])('%s: it is sent', async (_name, set, request) => {
    const world = new SendWorld();
    world.templates = {
      check: async () => ({ rendered: { buttons: [] }, category: 'UTILITY' }),
    };
    await world.request(request, '1');
    set(world);
    expect((await delivered(world)).counts.accepted).toBe(1);
  });

  it.each<[string, (world: SendWorld) => void]>([
    ['is nobody’s any more', ({ numbers }) => numbers.delete('1001')],
    [
      'is another organisation’s now',
      ({ numbers }) => numbers.set('1001', { ...sender, organizationId: 'org-2' }),
    ],
  ])('its number %s: it fails, and no token is opened', async (_name, set) => {
    const world = await worldWith([textRequest(bulk)]);
    set(world);
    expect((await delivered(world)).counts.failed).toBe(1);
    expect(world.ledger.records).toMatchObject([
      { state: 'FAILED', error: { code: 0, reason: 'number-disconnected' } },
    ]);
    expect(world.credentials.opened).toEqual([]);
  });

  it.each([
    ['no JSON', 'hello'],
    ['nothing of ours', '{"schemaVersion":1}'],
    ['of a version that is not known', '{"schemaVersion":2,"sendId":"x"}'],
  ])('its queue message is %s: it is set aside', async (_name, body) => {
    const world = new SendWorld();
    world.queue.messages.push({ lane: 'bulk', laneKey: 'x', body });
    const { again, counts } = await delivered(world);
    expect([again.size, counts.malformed]).toEqual([0, 1]);
    const [[objectKey, bytes] = []] = world.store.objects;
    expect(objectKey).toMatch(/^quarantine\/send\/[\w-]{43}\.json$/);
    expect(Buffer.from(bytes ?? []).toString()).toBe(body);
  });

  it.each(['ACCEPTED', 'FAILED', 'UNKNOWN', 'UNRESOLVED', 'EXPIRED'] as const)(
    'its record says %s: it is dropped',
    async (state) => {
      const world = await worldWith([textRequest(bulk)]);
      await change(world, { state });
      const { again, counts } = await delivered(world);
      expect([again.size, counts.refused]).toEqual([0, 1]);
      expect(states(world)).toEqual([state]);
      expect(world.calls).toEqual([]);
    },
  );

  it('its record is of another request: it is dropped', async () => {
    const world = await worldWith([textRequest(bulk)]);
    await change(world, { requestHash: 'another' });
    const { again, counts } = await delivered(world);
    expect([again.size, counts.refused]).toEqual([0, 1]);
    expect(world.calls).toEqual([]);
  });

  it('somebody else is handing it over: it waits for what comes of it', async () => {
    const world = await worldWith([textRequest(bulk)]);
    await change(world, { state: 'DISPATCHED' });
    const [waitMs = 0] = waitsOf(await delivered(world));
    expect(world.calls).toEqual([]);
    world.advance(waitMs);
    await change(world, { state: 'PENDING' });
    expect((await delivered(world)).counts.accepted).toBe(1);
  });

  it('is faster than its record: it waits for it', async () => {
    const world = await worldWith([textRequest(bulk)]);
    const stored = await world.ledger.find('org-1', sendIdOf('org-1', '1'));
    if (!stored) throw new Error('There is no record');
    await world.ledger.remove(stored);
    const [waitMs = 0] = waitsOf(await delivered(world));
    expect(world.calls).toEqual([]);
    world.advance(waitMs);
    await world.ledger.create(stored.record);
    expect((await delivered(world)).counts.accepted).toBe(1);
  });

  it('gets no record: it is dropped in the end', async () => {
    const world = await worldWith([textRequest(bulk)]);
    const stored = await world.ledger.find('org-1', sendIdOf('org-1', '1'));
    if (stored) await world.ledger.remove(stored);
    const startMs = world.nowMs;
    while (world.queue.messages.length > 0) {
      const { again, counts } = await delivered(world);
      expect(counts).toMatchObject(again.size > 0 ? { again: 1 } : { refused: 1 });
      world.advance(Math.max(0, ...again.values()));
    }
    expect(world.calls).toEqual([]);
    expect(world.nowMs - startMs).toBeLessThan(60_000);
  });

  it('ends between the look at it and its turn: it is dropped', async () => {
    const world = await worldWith([textRequest(bulk)], {}, ({ pace, ledger }) => ({
      pace: {
        pause: (...of) => pace.pause(...of),
        async reserve(...of) {
          const stored = await ledger.find('org-1', sendIdOf('org-1', '1'));
          if (stored) await ledger.replace(stored, { ...stored.record, state: 'EXPIRED' });
          return pace.reserve(...of);
        },
      },
    }));
    const { again, counts } = await delivered(world);
    expect([again.size, counts.refused]).toEqual([0, 1]);
    expect(world.calls).toEqual([]);
  });

  it('comes again after it was sent: nothing happens', async () => {
    const world = await worldWith([textRequest(bulk)]);
    await delivered(world);
    world.redrive();
    expect((await delivered(world)).counts.refused).toBe(1);
    expect(world.accepted).toHaveLength(1);
  });
});

/** Changes the record of the send of key 1. */
async function change(world: SendWorld, difference: Partial<SendRecord>): Promise<void> {
  const stored = await world.ledger.find('org-1', sendIdOf('org-1', '1'));
  if (!stored) {
    throw new Error('There is no record');
  }
  await world.ledger.replace(stored, { ...stored.record, ...difference });
}

function closeWindow(world: SendWorld): void {
  const windowUpTo = new Date(world.nowMs - 1).toISOString();
  const conversation = { conversationId: 'conversation 1', windowUpTo };
  world.conversations.put(sender, { kind: 'phone', phone: customer }, conversation);
}

describe('what Meta puts off', () => {
  it('waits 4, 16, 64, ... seconds after a pair was throttled, and no other pair does', async () => {
    const world = await worldWith([textRequest(bulk), textRequest(bulk, person(1))], {
      reactions: [131056, 'accept', 131056, 131056],
    });
    const first = await delivered(world);
    expect([waitsOf(first), first.counts.accepted]).toEqual([[4000], 1]);
    for (const waitMs of [16_000, 64_000]) {
      world.advance(5 * 60_000);
      expect(waitsOf(await delivered(world))).toEqual([waitMs]);
    }
    world.advance(64_000);
    expect((await delivered(world)).counts.accepted).toBe(1);
  });

  it('waits 5 minutes at most', async () => {
    const world = await worldWith([textRequest(bulk)], {
      reactions: Array.from({ length: 6 }, () => 131056),
    });
    for (let attempt = 0; attempt < 5; attempt++) {
      await delivered(world);
      world.advance(5 * 60_000);
    }
    expect(waitsOf(await delivered(world))).toEqual([5 * 60_000]);
  });

  it.each([
    [130429, 'its number'],
    [80007, 'its account'],
    [4, 'the app'],
  ])(
    'as long as Meta says, after %d throttled %s: the number waits, on both lanes',
    async (code) => {
      const world = await worldWith([textRequest(bulk)], {
        reactions: [refused(code, { retryAfterMs: 90_000 })],
      });
      expect(waitsOf(await delivered(world))).toEqual([90_000]);
      const untilMs = world.nowMs + 90_000;
      for (const lane of ['agent', 'bulk'] as const) {
        expect(
          await world.pace.reserve(
            { phoneNumberId: '1001', lane },
            { count: 1, intervalMs: 1, nowMs: world.nowMs, maxWaitMs: 0 },
          ),
        ).toEqual({ taken: false, startMs: untilMs });
      }
      await world.request(textRequest(bulk, person(1)), 'other');
      await world.request({ ...textRequest(bulk), phoneNumberId: '1002' }, 'other-number');
      const second = await delivered(world);
      expect([waitsOf(second), second.counts.accepted]).toEqual([[90_000], 1]);
    },
  );

  it('between one and two seconds after a throttle without a time, then twice as long', async () => {
    const world = await worldWith([textRequest(bulk)], { reactions: [130429, 130429] });
    const [first = 0] = waitsOf(await delivered(world));
    world.advance(first);
    const [second = 0] = waitsOf(await delivered(world));
    expect(first).toBeGreaterThanOrEqual(1000);
    expect(first).toBeLessThanOrEqual(2000);
    expect(second).toBeGreaterThanOrEqual(2000);
    expect(second).toBeLessThanOrEqual(4000);
  });

  it('is pending again, with its place in the lane', async () => {
    const world = await worldOfReplies([textRequest()], { reactions: [130429] });
    await delivered(world);
    expect(world.ledger.records).toMatchObject([
      { state: 'PENDING', holdsLane: true, settleAt: '2026-11-23T10:01:00.000Z' },
    ]);
  });

  it.each([131000, 131016, 1, 2])('is tried five times after an error %d of Meta', async (code) => {
    const world = await worldWith([textRequest(bulk)], { reactions: Array(5).fill(code) });
    for (let attempt = 0; attempt < 4; attempt++) {
      expect((await delivered(world)).again.size).toBe(1);
      world.advance(hourMs);
    }
    expect((await delivered(world)).counts.failed).toBe(1);
    expect(world.ledger.records).toMatchObject([{ state: 'FAILED', error: { code } }]);
    expect(world.calls).toHaveLength(5);
  });

  it('is sent when Meta recovers from an error', async () => {
    const world = await worldWith([textRequest(bulk)], { reactions: [131016, 131016] });
    for (let attempt = 0; attempt < 3; attempt++) {
      await delivered(world);
      world.advance(hourMs);
    }
    expect(states(world)).toEqual(['ACCEPTED']);
  });

  it('is tried until its time is over where Meta cannot be reached', async () => {
    const world = await worldWith([textRequest(bulk)], {
      reactions: Array.from({ length: 5 }, () => unsent),
    });
    for (let attempt = 0; attempt < 5; attempt++) {
      expect((await delivered(world)).again.size).toBe(1);
      world.advance(hourMs);
    }
    expect((await delivered(world)).counts.accepted).toBe(1);
  });
});

describe('a dead token', () => {
  it('is marked, and its sends wait until the organisation reconnects', async () => {
    const world = await worldWith([textRequest(bulk), textRequest(bulk)], { reactions: [190] });
    for (let look = 0; look < 3; look++) {
      const waits = waitsOf(await delivered(world));
      expect(waits).toHaveLength(2);
      world.advance(Math.max(...waits));
    }
    expect(await world.credentials.find('org-1', '2001')).toMatchObject({ state: 'INVALID' });
    expect(world.calls).toHaveLength(1);
    world.credentials.connect('org-1', '2001', 'a new token');
    await delivered(world);
    expect(acceptedKeys(world)).toEqual([1, 2]);
    expect(world.calls.at(-1)?.token).toBe('a new token');
  });

  it('lets its sends expire', async () => {
    const world = await worldWith([textRequest(bulk)], { reactions: [190] });
    await delivered(world);
    world.advance(24 * hourMs);
    expect((await delivered(world)).counts.expired).toBe(1);
  });

  it('that cannot be decrypted now lets them wait where they are', async () => {
    const world = await worldWith([textRequest(bulk)]);
    world.credentials.failure = new Error('KMS is away');
    expect(waitsOf(await delivered(world))).toEqual([5000]);
    expect(world.reports).toEqual([world.credentials.failure]);
    expect(states(world)).toEqual(['PENDING']);
  });
});

describe('pace', () => {
  it('spreads bulk over four fifths of what Meta takes of a number by default', async () => {
    const world = await worldWith(toPeople(4, bulk));
    await delivered(world);
    expect(callTimes(world.calls)).toEqual([0, 15.625, 31.25, 46.875]);
  });

  it('spreads replies over a fifth', async () => {
    const world = await worldOfReplies(toPeople(3));
    world.advance(throttledMs);
    await delivered(world);
    const times = callTimes(world.calls.slice(3));
    expect(times.map((time) => time - (times[0] ?? 0))).toEqual([0, 62.5, 125]);
  });

  it('keeps to what is known of a number', async () => {
    const world = await worldWith(toPeople(3, bulk));
    world.numbers.set('1001', { ...sender, messagesPerSecond: 20 });
    await delivered(world);
    expect(callTimes(world.calls)).toEqual([0, 62.5, 125]);
  });

  it('gives each number its own turns', async () => {
    const others = toPeople(2, bulk).map((request) => ({ ...request, phoneNumberId: '1002' }));
    const world = await worldWith([...toPeople(2, bulk), ...others]);
    await delivered(world);
    expect(callTimes(world.calls)).toEqual([0, 0, 15.625, 15.625]);
  });

  it('lets replies pass bulk that waits for its turns', async () => {
    const world = await worldOfReplies([textRequest()]);
    world.advance(throttledMs);
    await world.pace.pause({ phoneNumberId: '1001', lane: 'bulk' }, world.nowMs + hourMs);
    await world.request(textRequest(bulk, person(1)), '2');
    const { counts, again } = await delivered(world);
    expect([counts.accepted, [...again.values()]]).toEqual([1, [hourMs]]);
  });

  it('follows on the turns of the batch before', async () => {
    const world = await worldWith(toPeople(4, bulk));
    await Promise.all([delivered(world, 2), delivered(world, 2)]);
    expect(callTimes(world.calls)).toEqual([0, 15.625, 31.25, 46.875]);
  });

  it('waits for turns up to three seconds away, and leaves later ones to the queue', async () => {
    const world = await worldWith(toPeople(2, bulk));
    const bucket = { phoneNumberId: '1001', lane: 'bulk' } as const;
    await world.pace.pause(bucket, world.nowMs + 3001);
    expect(waitsOf(await delivered(world))).toEqual([3001, 3016.625]);
    expect(world.calls).toEqual([]);
    world.advance(3001);
    expect((await delivered(world)).counts.accepted).toBe(1);
    world.advance(1000);
    await world.pace.pause(bucket, world.nowMs + 3000);
    expect((await delivered(world)).counts.accepted).toBe(1);
  });

  it('sends nothing where no turn can be had', async () => {
    const failure = new Error('DynamoDB is away');
    const world = await worldWith([textRequest(bulk)], {}, () => ({
      pace: { reserve: () => Promise.reject(failure), pause: async () => undefined },
    }));
    expect(waitsOf(await delivered(world))).toEqual([5000]);
    expect(world.reports).toEqual([failure]);
    expect(world.calls).toEqual([]);
  });

  it.each([
    ['from 90 % of Meta’s limits on, bulk pauses for a second', 90, 0, 1000],
    ['as long as Meta says, bulk pauses', 100, 120_000, 120_000],
  ])('%s and replies do not', async (_name, percent, regainAccessMs, pauseMs) => {
    const usage = { percent, regainAccessMs };
    const body = { messages: [{ id: 'wamid.1' }] };
    const world = await worldWith([textRequest(bulk)], {
      reactions: [{ kind: 'ok', body, usage }],
    });
    await delivered(world);
    const turns = { count: 1, intervalMs: 1, nowMs: world.nowMs, maxWaitMs: 0 };
    expect(await world.pace.reserve({ phoneNumberId: '1001', lane: 'bulk' }, turns)).toEqual({
      taken: false,
      startMs: world.nowMs + pauseMs,
    });
    const reply = await world.pace.reserve({ phoneNumberId: '1001', lane: 'agent' }, turns);
    expect(reply.taken).toBe(true);
  });

  it('below 90 % nothing pauses', async () => {
    const usage = { percent: 89, regainAccessMs: 0 };
    const body = { messages: [{ id: 'wamid.1' }] };
    const world = await worldWith(toPeople(1, bulk), { reactions: [{ kind: 'ok', body, usage }] });
    await delivered(world);
    const turns = { count: 1, intervalMs: 1, nowMs: world.nowMs + 20, maxWaitMs: 0 };
    const bucket = { phoneNumberId: '1001', lane: 'bulk' } as const;
    expect((await world.pace.reserve(bucket, turns)).taken).toBe(true);
  });
});

describe('order', () => {
  it('what follows in a lane waits with the first, and then follows it', async () => {
    const world = await worldWith(
      [textRequest(bulk), textRequest(bulk), textRequest(bulk, person(1)), textRequest(bulk)],
      { reactions: [131056] },
    );
    const first = await delivered(world);
    expect(waitsOf(first)).toEqual([4000, 4000, 4000]);
    expect(first.counts).toMatchObject({ accepted: 1, again: 3 });
    world.advance(4000);
    await delivered(world);
    expect(acceptedKeys(world)).toEqual([3, 1, 2, 4]);
  });

  it('what follows in a lane does not overtake what could not be looked at', async () => {
    const world = await worldWith([textRequest(bulk), textRequest(bulk)]);
    const { ledger } = world;
    let reads = 0;
    const ports = {
      ...world.ports(),
      ledger: new Proxy(ledger, {
        get: (target, name) => {
          const method: unknown = Reflect.get(target, name);
          return typeof method !== 'function'
            ? method
            : (...parameters: unknown[]) => {
                if (name === 'find' && ++reads === 1) {
                  throw new Error('DynamoDB is away');
                }
                return Reflect.apply(method, target, parameters);
              };
        },
      }),
    };
    const received = world.queue.messages.map(({ laneKey, body }, index) => ({
      ...{ id: String(index), laneKey, body, receives: 1 },
    }));
    const { again } = await deliver(received, world.nowMs + 120_000, ports);
    expect([...again]).toEqual([
      ['0', 5000],
      ['1', 5000],
    ]);
    expect(world.calls).toEqual([]);
  });

  it('what has ended holds nobody up', async () => {
    const world = await worldWith(
      [
        textRequest({ ...bulk, expiresAt: '2026-11-22T11:00:00Z' }),
        textRequest(bulk),
        textRequest(bulk),
      ],
      { reactions: [131026] },
    );
    world.advance(hourMs);
    expect((await delivered(world)).counts).toMatchObject({ expired: 1, failed: 1, accepted: 1 });
  });

  it('one after the other to one recipient, at the same time to several', async () => {
    const world = await worldWith(
      [textRequest(bulk), textRequest(bulk), textRequest(bulk, person(1))],
      { latenciesMs: [1000, 1000, 1000] },
    );
    await delivered(world);
    expect(callTimes(world.calls)).toEqual([0, 31.25, 1000]);
  });
});

describe('near the end of an invocation', () => {
  async function deliverFor(remainingMs: number) {
    const world = await worldWith([textRequest(bulk)]);
    const received = world.queue.messages.map(({ laneKey, body }) => ({
      ...{ id: '1', laneKey, body, receives: 1 },
    }));
    return deliver(received, world.nowMs + remainingMs, world.ports());
  }

  it('hands nothing over that it may not see the end of', async () => {
    const { again, counts } = await deliverFor(19_999);
    expect([[...again.values()], counts.again]).toEqual([[1000], 1]);
  });

  it('hands over what there is time for', async () => {
    expect((await deliverFor(20_000)).counts.accepted).toBe(1);
  });
});
