import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { deliverEvent } from '../../lambdas/inbox/deliver-events.ts';
import type { EndpointAnswer } from '../../shared/webhooks-out/endpoint.port.ts';
import { FifoQueue, type Received } from './fifo-queue.ts';
import { secrets, verified } from './receiver.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const environments = 10;
const maxReceiveCount = 100;

beforeEach(() => {
  // Only the clock by which the library tells how old a signature is.
  jest.useFakeTimers({
    now: start,
    doNotFake: [
      ...(['nextTick', 'setImmediate', 'clearImmediate', 'queueMicrotask', 'hrtime'] as const),
      ...(['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'performance'] as const),
    ],
  });
});
afterEach(() => {
  jest.useRealTimers();
});

/** Numbers from 0 to 1, the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Reply {
  answer: EndpointAnswer;
  tookMs: number;
  /** Whether the receiver has stored the event, whatever it answers. */
  stored: boolean;
}

const answered = (status: number, retryAfterMs?: number): EndpointAnswer => ({
  ...{ kind: 'answered', status, retryAfterMs, location: undefined },
});

/** A fifth fails, one in twenty times out; half of those that time out had stored the event. */
function unreliable(random: () => number): Reply {
  const chance = random();
  if (chance < 0.05) {
    const answer = { kind: 'unanswered', problem: 'answer-timeout' } as const;
    return { answer, tookMs: 10_000, stored: random() < 0.5 };
  }
  if (chance < 0.25) {
    const failures = [
      ...[answered(500), answered(503, 30_000), answered(429, 1000), answered(400)],
      { kind: 'unanswered', problem: 'ECONNRESET' } as const,
    ];
    const answer = failures[Math.floor(random() * failures.length)] ?? answered(500);
    return { answer, tookMs: 20, stored: false };
  }
  return { answer: answered(200), tookMs: 50, stored: true };
}

/** Works a queue as Lambda does, one message in each of some environments, until it is empty. */
async function work(queue: FifoQueue, replyTo: (event: number, at: number) => Reply) {
  const random = seeded(7);
  const stored: { conversation: string; event: number }[] = [];
  const running: { endsAt: number; finish: () => void }[] = [];
  let now = start;
  let posts = 0;

  async function run(message: Received): Promise<void> {
    let tookMs = 0;
    const attempt = await deliverEvent(message, {
      endpoint: {
        async post(headers, json) {
          posts++;
          const { eventId } = verified(headers, json, secrets[posts % 2]);
          const reply = replyTo(Number(eventId.split('-')[1]), now);
          tookMs = reply.tookMs;
          if (reply.stored) {
            stored.push({ conversation: message.group, event: Number(eventId.split('-')[1]) });
          }
          return reply.answer;
        },
      },
      secrets: { read: async () => ({ secrets: secrets.slice(0, 2) }) },
      now: () => new Date(now),
      random,
      report(error) {
        throw error;
      },
    });
    const endsAt = now + tookMs;
    const { waitMs } = attempt;
    const finish = () =>
      waitMs === undefined ? queue.delete(message) : queue.putOff(message, endsAt + waitMs);
    running.push({ endsAt, finish });
  }

  while (queue.size > 0) {
    const message = running.length < environments ? queue.receive(now) : undefined;
    if (message) {
      await run(message);
      continue;
    }
    running.sort((one, other) => one.endsAt - other.endsAt);
    const nextEnd = running[0]?.endsAt ?? Number.POSITIVE_INFINITY;
    const nextVisible =
      running.length < environments ? (queue.nextAt() ?? nextEnd) : Number.POSITIVE_INFINITY;
    if (!Number.isFinite(Math.min(nextEnd, nextVisible))) {
      break;
    }
    now = Math.max(now, Math.min(nextEnd, nextVisible));
    jest.setSystemTime(now);
    while ((running[0]?.endsAt ?? Number.POSITIVE_INFINITY) <= now) {
      running.shift()?.finish();
    }
  }
  return { stored, posts, tookMs: now - start };
}

function filled(events: number, conversations: number): FifoQueue {
  const queue = new FifoQueue(maxReceiveCount);
  for (let event = 0; event < events; event++) {
    const eventId = `e-${event}`;
    queue.send(
      `conversation-${event % conversations}`,
      JSON.stringify({ eventId, text: `مرحبا ${event}` }),
    );
  }
  return queue;
}

/** What a consumer has that drops each event id that it has seen, by conversation. */
function once(stored: readonly { conversation: string; event: number }[]) {
  return [...Map.groupBy(stored, ({ conversation }) => conversation).values()].map((events) => [
    ...new Set(events.map(({ event }) => event)),
  ]);
}

const ascending = (events: readonly number[]) => events.toSorted((one, other) => one - other);

describe('5,000 events to a receiver that fails 20 % and times out 5 %', () => {
  it('all arrive, in order in each conversation, with signatures that verify', async () => {
    const queue = filled(5000, 100);
    const random = seeded(42);
    const { stored, posts } = await work(queue, () => unreliable(random));
    expect(queue.deadLetters).toEqual([]);
    const arrived = once(stored);
    expect(arrived).toHaveLength(100);
    expect(new Set(arrived.flat()).size).toBe(5000);
    for (const events of arrived) {
      expect(events).toEqual(ascending(events));
    }
    // A repeat comes before the next event: whoever keeps only the last event id sees it, too.
    for (const events of Map.groupBy(stored, ({ conversation }) => conversation).values()) {
      const sequence = events.map(({ event }) => event);
      expect(sequence).toEqual(ascending(sequence));
    }
    expect(stored.length).toBeGreaterThan(5000);
    expect(posts).toBeGreaterThan(6200);
  });
});

describe('an event that is never taken', () => {
  it('holds up its conversation alone, for days, and then goes to the dead letters alone', async () => {
    const queue = filled(60, 3);
    const { stored, tookMs } = await work(queue, (event) => ({
      ...{ answer: answered(event === 3 ? 422 : 200), tookMs: 20, stored: event !== 3 },
    }));
    expect(queue.deadLetters).toEqual([JSON.stringify({ eventId: 'e-3', text: 'مرحبا 3' })]);
    const arrived = once(stored);
    expect(arrived.flat()).toHaveLength(59);
    expect(arrived.every((events) => String(events) === String(ascending(events)))).toBe(true);
    expect(tookMs / 86_400_000).toBeGreaterThan(3);
    // Its own conversation's other 18 come last of all.
    const behind = stored.slice(-18).map(({ conversation }) => conversation);
    expect(behind).toEqual(Array(18).fill('conversation-0'));
  });
});

describe('an endpoint that is down for two days', () => {
  it('gets everything within an hour and a quarter of its return', async () => {
    const queue = filled(500, 20);
    const outageMs = 2 * 86_400_000;
    const { stored, tookMs } = await work(queue, (_, at) => {
      const isUp = at - start >= outageMs;
      return { answer: answered(isUp ? 200 : 503), tookMs: 20, stored: isUp };
    });
    expect(queue.deadLetters).toEqual([]);
    expect(once(stored).flat()).toHaveLength(500);
    expect(tookMs - outageMs).toBeLessThan(75 * 60 * 1000);
  });
});
