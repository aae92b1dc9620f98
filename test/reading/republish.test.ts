import { isDeepStrictEqual } from 'node:util';
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import type { OutgoingMessage } from '../../lambdas/inbox/outgoing-queues.port.ts';
import { publishChanges } from '../../lambdas/inbox/publish.ts';
import { type RepublishPorts, workRepublish } from '../../lambdas/inbox/republish.ts';
import type { RepublishJob, RepublishRange } from '../../lambdas/inbox/republish-job.schema.ts';
import { inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import { eventAttribute, messageKey } from '../../shared/events/message-item.ts';
import { toldAttribute } from '../../shared/sends/send-item.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryOutgoingQueues } from '../fakes/memory-queues.ts';
import { MemoryRepublishJobs } from '../fakes/memory-republish-jobs.ts';
import { memoryStoredEvents } from '../fakes/memory-stored-events.ts';
import { fold } from '../pipeline/consumer.ts';
import { Pipeline } from '../pipeline/pipeline.ts';
import { routes, type Update, webhookOf } from '../pipeline/scenario.ts';
import { at, envelope, itemOf, own, received } from './items.ts';

const { organizationId, conversationId } = own;

/** An inbox queue that drops repeats, as FIFO queues do for five minutes. */
class FifoQueues extends MemoryOutgoingQueues {
  readonly #seen = new Set<string>();
  dropped = 0;

  override async send(...[name, messages]: Parameters<MemoryOutgoingQueues['send']>) {
    const isNew = ({ groupId, deduplicationId }: OutgoingMessage) => {
      const id = `${name} ${groupId} ${deduplicationId}`;
      const wasSeen = this.#seen.has(id);
      this.#seen.add(id);
      this.dropped += wasSeen ? 1 : 0;
      return !wasSeen;
    };
    await super.send(name, messages.filter(isNew));
    return messages.map(() => 'sent' as const);
  }
}

type Stored = ReturnType<typeof memoryStoredEvents>;

interface Republishing {
  events: Stored;
  queues: RepublishPorts['queues'];
  now?: string;
  /** Pages that an invocation has time for. */
  pages?: number;
  organizationId?: string;
}

/** Each event's group, and what it says; a status says by now what all statuses amount to. */
function placesOf(messages: readonly OutgoingMessage[]): Map<string, string> {
  return new Map(
    messages.map(({ groupId, body }) => {
      const event = inboxEventSchema.parse(JSON.parse(body));
      const said =
        event.type === 'message.status' ? { ...event, status: '', timestamps: {} } : event;
      return [event.eventId, `${groupId} ${JSON.stringify(said)}`];
    }),
  );
}

/** The keys of what is in one map alone, or in each another. */
function differences(one: Map<string, string>, other: Map<string, string>): string[] {
  const keys = new Set([...one.keys(), ...other.keys()]);
  return [...keys].filter((key) => one.get(key) !== other.get(key));
}

let jobCount = 0;

/** Works a job to its end, as its queue does: again after every failure. */
async function republish(
  range: RepublishRange,
  { events, queues, now = '2026-11-22T23:00:00.000Z', pages = 1000, ...own }: Republishing,
): Promise<{ job: RepublishJob; invocations: number; reported: unknown[]; pausedMs: number }> {
  const jobs = new MemoryRepublishJobs();
  const republishId = `job-${++jobCount}`;
  const key = { organizationId: own.organizationId ?? organizationId, republishId };
  await jobs.create({
    ...{ ...key, range, status: 'queued', published: 0, skipped: 0 },
    ...{ createdAt: now, updatedAt: now },
  });
  const reported: unknown[] = [];
  let pausedMs = 0;
  for (let invocations = 1; invocations < 5000; invocations++) {
    let left = pages;
    const outcome = await workRepublish(
      { schemaVersion: 1, ...key },
      {
        ...{ jobs, events, people: events, queues },
        ...{ now: () => new Date(now), hasTime: () => left-- > 0 },
        pause: async (ms) => {
          pausedMs += ms;
        },
        report: (error) => reported.push(error),
      },
    ).catch(() => 'again' as const);
    if (outcome === 'done') {
      const stored = await jobs.find(key.organizationId, republishId);
      if (!stored) break;
      return { job: stored.job, invocations, reported, pausedMs };
    }
  }
  throw new Error('The job never ends');
}

function stored(...items: readonly ItemImage[]): Stored {
  return memoryStoredEvents(() => items.map((after) => ({ after })));
}

const all: RepublishRange = {
  ...{ by: 'time', from: '2026-11-01T00:00:00.000Z', to: '2026-11-30T00:00:00.000Z' },
};

describe('a consumer that was down while 5,000 events came, and then lost its database', () => {
  const words = ['sent', 'delivered', 'read'] as const;
  const updates = Array.from({ length: 5000 }, (_, index): Update => {
    const common = { route: 0, person: Math.floor(index / 4) % 3, second: index };
    return index % 4 === 0
      ? { kind: 'text', ...common, id: `wamid.in${index}`, text: `text ${index}` }
      : {
          ...{ kind: 'status', ...common, id: `wamid.out${Math.floor(index / 4)}` },
          status: words[(index % 4) - 1] ?? 'sent',
        };
  });
  const pipeline = new Pipeline(routes);
  const events = memoryStoredEvents(() => pipeline.table.stream);

  beforeAll(async () => {
    for (let start = 0; start < updates.length; start += 100) {
      await pipeline.post(webhookOf(updates.slice(start, start + 100)));
    }
    await pipeline.settle();
  });

  it('is whole again by one range of time, though queues fail and invocations end', async () => {
    expect(pipeline.inbox.events).toHaveLength(5000);
    const queues = new FifoQueues();
    await queues.send('events', pipeline.inbox.received);
    const before = queues.received.length;
    let calls = 0;
    const failing: RepublishPorts['queues'] = {
      async send(name, messages) {
        calls++;
        const results = await queues.send(name, messages);
        if (calls % 97 === 0) throw new Error('The answer was lost');
        return calls % 131 === 0 ? results.map(() => 'retry' as const) : results;
      },
    };
    const { job, invocations, pausedMs } = await republish(all, {
      events,
      queues: failing,
      pages: 5,
    });
    expect(job).toMatchObject({ status: 'done', published: 5000, skipped: 0 });
    expect(invocations).toBeGreaterThan(5);
    expect(pausedMs).toBeGreaterThan(5000);

    const again = queues.received.slice(before);
    expect(again).toHaveLength(5000);
    expect(differences(placesOf(again), placesOf(pipeline.inbox.received))).toEqual([]);

    const consumer = fold(queues.events.slice(before));
    expect(consumer.size).toBe(2500);
    const known = fold(pipeline.inbox.events);
    expect(consumer.entries().every(([id, state]) => isDeepStrictEqual(state, known.get(id)))).toBe(
      true,
    );
  });

  it('is whole again conversation by conversation', async () => {
    const known = new Set(pipeline.inbox.events.map((event) => event.conversationId ?? ''));
    const queues = new FifoQueues();
    for (const id of known) {
      await republish({ by: 'conversation', conversationId: id }, { events, queues });
    }
    const toldIds = queues.events.map(({ eventId }) => eventId);
    expect(new Set(toldIds).size).toBe(toldIds.length);
    expect(toldIds.toSorted()).toEqual(pipeline.inbox.events.map(({ eventId }) => eventId).sort());
    const keys = queues.events.map(({ conversationId: id, orderKey }) => `${id} ${orderKey}`);
    for (const id of known) {
      const ofOne = keys.filter((key) => key.startsWith(id));
      expect(ofOne).toEqual(ofOne.toSorted());
    }
  });
});

describe('events again', () => {
  it('go to the queue and the group that they went to first, under another deduplication id', async () => {
    const history = itemOf(messageKey('2001', 'old'), {
      ...{ ...envelope('old', 2), type: 'message.imported', direction: 'inbound' },
      message: { id: 'old', type: 'text' },
    });
    const { conversationId: _none, ...numbered } = envelope('number', 3);
    const account = itemOf('EVENT#1', {
      ...{ ...numbered, type: 'number.updated', field: 'phone_number_quality_update', number: {} },
    });
    const items = [received('wamid.1', 1), history, account];
    const first = new MemoryOutgoingQueues();
    await publishChanges(
      items.map((after) => ({ sequenceNumber: '1', before: undefined, after })),
      { queues: first, store: new MemoryObjectStore() },
    );
    const again = new MemoryOutgoingQueues();
    await republish(all, { events: stored(...items), queues: again });

    const told = first.received.filter(({ from }) => from === 'events' || from === 'history');
    const place = ({ from, groupId, body }: (typeof told)[number]) => `${from} ${groupId} ${body}`;
    expect(again.received.map(place).sort()).toEqual(told.map(place).sort());
    expect(told).toHaveLength(3);
    const ids = told.map(({ deduplicationId }) => deduplicationId);
    for (const { deduplicationId } of again.received) expect(ids).not.toContain(deduplicationId);
  });

  it('are not taken for repeats by a queue that has just had another job’s', async () => {
    const queues = new FifoQueues();
    const events = stored(received('wamid.1', 1));
    await republish(all, { events, queues });
    await republish(all, { events, queues });
    expect(queues.events).toHaveLength(2);
    expect(queues.dropped).toBe(0);
  });

  it.each<[string, RepublishRange & { by: 'time' }, string[]]>([
    ['between both', { by: 'time', from: at(2), to: at(4) }, ['wamid.2', 'wamid.4']],
    ['at one moment', { by: 'time', from: at(4), to: at(4) }, ['wamid.4']],
    ['never', { by: 'time', from: at(7), to: at(9) }, []],
  ])('are those that came %s', async (_when, range, ids) => {
    const queues = new MemoryOutgoingQueues();
    const items = [1, 2, 4, 5].map((minute) => received(`wamid.${minute}`, minute));
    const { job } = await republish(range, { events: stored(...items), queues });
    const found = queues.events.map((event) => 'message' in event && event.message['id']);
    expect(found).toEqual(ids);
    expect(job.published).toBe(ids.length);
  });

  it('are found however long after its message an item has changed', async () => {
    const later = {
      ...{ ...envelope('later', 1), type: 'media.failed', messageId: 'wamid.1', kind: 'image' },
      ...{ reason: 'expired', receivedAt: '2026-12-24T10:00:00.000Z' },
    };
    const item = { [toldAttribute('media.failed#0')]: JSON.stringify(later) };
    const events = stored(received('wamid.1', 1, { item }), received('wamid.2', 2));
    const queues = new MemoryOutgoingQueues();
    const now = '2026-12-31T10:00:00.000Z';
    await republish({ by: 'time', from: at(0), to: at(2) }, { events, queues, now });
    expect(queues.events.map(({ orderKey }) => orderKey.slice(0, at(1).length))).toEqual([
      at(1),
      at(2),
    ]);
    const from = '2026-12-24T00:00:00.000Z';
    await republish({ by: 'time', from, to: now }, { events, queues, now });
    const [, , ...again] = queues.events.map(({ type }) => type);
    expect(again.sort()).toEqual(['media.failed', 'message.received']);
  });

  it.each([
    ['had waited before they were told', at(5), 1],
    ['were told before', at(7), 0],
  ])('are counted by when they were told: those that %s', async (_what, from, count) => {
    const events = stored(received('wamid.1', 1, { item: { changedAt: at(6) } }));
    const queues = new MemoryOutgoingQueues();
    await republish({ by: 'time', from, to: at(9) }, { events, queues });
    expect(queues.events).toHaveLength(count);
  });

  it('are one organisation’s alone', async () => {
    const queues = new MemoryOutgoingQueues();
    const events = stored(received('wamid.1', 1));
    const foreign = { events, queues, organizationId: 'south' };
    await republish(all, foreign);
    await republish({ by: 'conversation', conversationId }, foreign);
    expect(queues.received).toEqual([]);
  });

  it('are not kept by an item that nothing can be made of, or an event that SQS refuses', async () => {
    const sent: string[] = [];
    const broken = { ...received('wamid.2', 2), [eventAttribute]: '{"type":"unheard"}' };
    const items = [received('wamid.1', 1), broken, received('wamid.3', 3)];
    const page = { items: items.map((image) => ({ place: { pk: '', order: '' }, image })) };
    const events: Stored = { ...stored(), ofConversation: async () => page };
    const { job, reported } = await republish(
      { by: 'conversation', conversationId },
      {
        events,
        queues: {
          async send(_name, messages) {
            sent.push(...messages.map(({ body }) => body));
            return messages.map(({ body }) => (body.includes('wamid.3') ? 'refused' : 'sent'));
          },
        },
      },
    );
    expect(job).toMatchObject({ status: 'done', published: 1, skipped: 2 });
    expect(sent).toHaveLength(2);
    expect(reported).toHaveLength(1);
  });

  it('of a job that is gone or done are not told', async () => {
    const jobs = new MemoryRepublishJobs();
    const message = { schemaVersion: 1 as const, organizationId, republishId: 'gone' };
    const queues = new MemoryOutgoingQueues();
    const ports: RepublishPorts = {
      ...{ jobs, queues, events: stored(received('wamid.1', 1)), people: stored() },
      hasTime: () => true,
      ...{ now: () => new Date(at(9)), pause: async () => {}, report: () => {} },
    };
    expect(await workRepublish(message, ports)).toBe('done');
    await jobs.create({
      ...{ ...message, range: all, status: 'done', published: 1, skipped: 0 },
      ...{ createdAt: at(1), updatedAt: at(1) },
    });
    expect(await workRepublish(message, ports)).toBe('done');
    expect(queues.received).toEqual([]);
  });
});
