import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ConsumerOptions, consumeEvents } from '../../client/src/consumer.ts';
import type { SeenEvents } from '../../client/src/seen-events.ts';
import type { InboxEvent } from '../../client/src/types.ts';
import { type FifoSettings, type MemoryFifo, memoryFifo } from './memory-fifo.ts';
import { eventJson } from './some-event.ts';

interface Setting {
  messages: readonly { group: string; id: string }[];
  queue?: FifoSettings;
  options?: Partial<ConsumerOptions>;
}

interface Consumed {
  queue: MemoryFifo;
  errors: string[];
}

/** Consumes until the queue is empty. */
async function consumeAll(
  { messages, queue: settings, options }: Setting,
  handler: ConsumerOptions['handler'],
): Promise<Consumed> {
  const done = new AbortController();
  const queue = memoryFifo(() => done.abort(), settings);
  for (const { group, id } of messages) queue.add(group, eventJson(id));
  const errors: string[] = [];
  const onError = (error: unknown) => errors.push(String(error));
  await consumeEvents({ ...queue, signal: done.signal, onError, handler, ...options });
  return { queue, errors };
}

describe('each event', () => {
  interface Sent {
    group: string;
    id: string;
    /** How often its handling fails before it succeeds. */
    failures: number;
  }
  interface Luck {
    batchSize: number;
    concurrency: number;
    lostDeletes: readonly boolean[];
  }
  const groups = ['a', 'b', 'c'];

  /** Events of each group numbered in their order, some of them twice. */
  const traffic = fc
    .array(
      fc.record({
        group: fc.constantFrom(...groups),
        failures: fc.nat(2),
        isRepeat: fc.boolean(),
      }),
      { minLength: 1, maxLength: 40 },
    )
    .map((all) =>
      all.flatMap(({ group, failures, isRepeat }, index): Sent[] => {
        const sent = { group, id: `${group}-${String(index).padStart(3, '0')}`, failures };
        return isRepeat ? [sent, sent] : [sent];
      }),
    );
  /** What goes wrong of the first so many times. */
  const chances = fc.array(fc.boolean(), { maxLength: 30 });
  const luck = fc.record({
    batchSize: fc.integer({ min: 1, max: 10 }),
    concurrency: fc.integer({ min: 1, max: 5 }),
    lostDeletes: chances,
  });

  async function run(
    sent: readonly Sent[],
    { batchSize, concurrency, lostDeletes }: Luck,
    storeOf: (handled: Set<string>) => SeenEvents | undefined,
  ) {
    const failuresLeft = new Map(sent.map(({ id, failures }) => [id, failures]));
    const effects: string[] = [];
    const handled = new Set<string>();
    const working = new Map<string, number>();
    let mostAtOnce = 0;
    const losses = [...lostDeletes];
    const store = storeOf(handled);
    await consumeAll(
      {
        messages: sent,
        queue: { batchSize, failsToDelete: () => losses.pop() ?? false },
        options: { concurrency, maxReceives: Number.POSITIVE_INFINITY, ...(store && { store }) },
      },
      async ({ eventId }) => {
        const group = eventId.slice(0, 1);
        const atOnce = (working.get(group) ?? 0) + 1;
        mostAtOnce = Math.max(mostAtOnce, atOnce);
        working.set(group, atOnce);
        await Promise.resolve();
        working.set(group, atOnce - 1);
        const left = failuresLeft.get(eventId) ?? 0;
        failuresLeft.set(eventId, left - 1);
        if (left > 0) throw new Error('failed');
        // In a backend's database both are one transaction.
        effects.push(eventId);
        handled.add(eventId);
      },
    );
    return { effects, mostAtOnce };
  }

  it('takes effect once and in its order, where its id is stored in the same transaction', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, luck, async (sent, chance) => {
        const { effects, mostAtOnce } = await run(sent, chance, (handled) => ({
          seen: async (eventId) => handled.has(eventId),
        }));
        for (const group of groups) {
          const expected = new Set(sent.filter((each) => each.group === group).map(({ id }) => id));
          expect(effects.filter((id) => id.startsWith(group))).toEqual([...expected]);
        }
        expect(mostAtOnce).toBe(1);
      }),
      { numRuns: 300 },
    );
  });

  it('takes effect at least once, in its order at first, where a crash may come in between', async () => {
    await fc.assert(
      fc.asyncProperty(traffic, luck, chances, async (sent, chance, lostMarks) => {
        const marked = new Set<string>();
        const losses = [...lostMarks];
        const { effects } = await run(sent, chance, () => ({
          seen: async (eventId) => marked.has(eventId),
          markSeen: async (eventId) => {
            if (losses.pop()) throw new Error('crashed');
            marked.add(eventId);
          },
        }));
        const firsts = [...new Set(effects)];
        for (const group of groups) {
          const expected = new Set(sent.filter((each) => each.group === group).map(({ id }) => id));
          expect(firsts.filter((id) => id.startsWith(group))).toEqual([...expected]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('is handled once without a store, too, while the process lives', async () => {
    const sent: Sent[] = ['a-1', 'a-1', 'a-2', 'a-1'].map((id) => ({
      group: 'a',
      id,
      failures: 0,
    }));
    const chance = { batchSize: 2, concurrency: 2, lostDeletes: [] };
    const { effects } = await run(sent, chance, () => undefined);
    expect(effects).toEqual(['a-1', 'a-2']);
  });
});

describe('an event that fails', () => {
  const messages = ['p', 'q', 'r'].map((id) => ({ group: 'a', id }));

  it('holds back those behind it, longer each time, and no other conversation', async () => {
    const log: string[] = [];
    let failures = 3;
    const { queue, errors } = await consumeAll(
      { messages: [...messages, { group: 'b', id: 'x' }] },
      ({ eventId }) => {
        log.push(eventId);
        if (eventId === 'p' && failures-- > 0) throw new Error('no database');
      },
    );
    expect(log.filter((id) => id !== 'x')).toEqual(['p', 'p', 'p', 'p', 'q', 'r']);
    expect(log.indexOf('x')).toBeLessThan(3);
    expect(errors).toEqual(Array(3).fill('Error: no database'));
    const ids = queue.hidden.map(({ body, seconds }) => `${JSON.parse(body).eventId} ${seconds}`);
    expect(ids).toEqual(
      [5, 15, 45].flatMap((seconds) => ['p', 'q', 'r'].map((id) => `${id} ${seconds}`)),
    );
  });

  it('takes nobody along when the queue gives it up', async () => {
    const log: string[] = [];
    const { queue } = await consumeAll(
      { messages, queue: { maxReceives: 4 }, options: { maxReceives: 4 } },
      ({ eventId }) => {
        if (eventId === 'p') throw new Error('poison');
        log.push(eventId);
      },
    );
    expect(log).toEqual(['q', 'r']);
    expect(queue.deadLetters).toEqual([eventJson('p')]);
  });

  it('is one that is no event, too: it goes to the dead letters', async () => {
    const done = new AbortController();
    const queue = memoryFifo(() => done.abort(), { maxReceives: 2 });
    for (const body of ['not JSON', '{}', 'null']) queue.add(body, body);
    const errors: unknown[] = [];
    const onError = (error: unknown) => errors.push(error);
    const handler = () => undefined;
    await consumeEvents({ ...queue, handler, onError, maxReceives: 2, signal: done.signal });
    expect(queue.deadLetters.toSorted()).toEqual(['not JSON', 'null', '{}']);
    expect(errors).toHaveLength(6);
  });
});

it('hands over what came together by orderKey', async () => {
  const done = new AbortController();
  const queue = memoryFifo(() => done.abort());
  for (const [id, orderKey] of [
    ['one', '2'],
    ['two', '1'],
    ['three', '3'],
  ] as const) {
    queue.add('a', eventJson(id, orderKey));
  }
  const log: string[] = [];
  const handler = ({ eventId }: InboxEvent) => log.push(eventId);
  await consumeEvents({ ...queue, handler, signal: done.signal });
  expect(log).toEqual(['two', 'one', 'three']);
});

it('gives events of types that it does not know one name', async () => {
  const done = new AbortController();
  const queue = memoryFifo(() => done.abort());
  queue.add('a', eventJson('one', '1', 'weather.changed'));
  const events: InboxEvent[] = [];
  const handler = (event: InboxEvent) => events.push(event);
  await consumeEvents({ ...queue, handler, signal: done.signal });
  expect(events).toMatchObject([
    { type: 'unknown', unknownType: 'weather.changed', eventId: 'one' },
  ]);
});

it('keeps what it has hidden for as long as the handler works', async () => {
  const done = new AbortController();
  const queue = memoryFifo(() => done.abort());
  for (const id of ['1', '2']) queue.add('a', eventJson(id));
  const extended: string[] = [];
  await consumeEvents({
    ...queue,
    hide: async ({ body }, seconds) => void extended.push(`${JSON.parse(body).eventId} ${seconds}`),
    hiddenSeconds: 0.06,
    async handler({ eventId }) {
      while (eventId === '1' && extended.length < 4) await delay(1);
    },
    signal: done.signal,
  });
  expect(extended.slice(0, 4)).toEqual(['1 0.06', '2 0.06', '1 0.06', '2 0.06']);
});

it('finishes what it is at when it is stopped, and gives the rest back at once', async () => {
  const stopping = new AbortController();
  const queue = memoryFifo(() => undefined);
  for (const id of ['1', '2', '3']) queue.add('a', eventJson(id));
  const log: string[] = [];
  await consumeEvents({
    ...queue,
    signal: stopping.signal,
    handler: async ({ eventId }) => {
      stopping.abort();
      await delay(5);
      log.push(eventId);
    },
  });
  expect(log).toEqual(['1']);
  expect(queue.hidden).toEqual(['2', '3'].map((id) => ({ body: eventJson(id), seconds: 0 })));
});

it('goes on when the queue cannot be reached for a while', async () => {
  const done = new AbortController();
  const queue = memoryFifo(() => done.abort());
  queue.add('a', eventJson('1'));
  let failures = 2;
  const errors: unknown[] = [];
  const log: string[] = [];
  await consumeEvents({
    ...queue,
    concurrency: 1,
    receive: async (signal) => {
      if (failures-- > 0) throw new Error('unreachable');
      return queue.receive(signal);
    },
    handler: ({ eventId }) => log.push(eventId),
    onError: (error) => errors.push(error),
    signal: done.signal,
  });
  expect({ log, errors }).toEqual({ log: ['1'], errors: Array(2).fill(new Error('unreachable')) });
});
