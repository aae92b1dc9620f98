import { dayOf, looseShards } from '../../shared/events/conversation-place.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { hash } from '../../shared/hash.ts';
import { sqsBatches } from '../../shared/sqs.ts';
import { eventsOfChange, type ItemImage, type OutgoingEvent } from './events-of-change.ts';
import type { Jobs } from './jobs.port.ts';
import type { OutgoingQueues } from './outgoing-queues.port.ts';
import type { People } from './people.port.ts';
import { type EventQueueName, queuedEvent } from './queued-event.ts';
import type { RepublishCursor, RepublishJob, RepublishMessage } from './republish-job.schema.ts';
import type { ItemPage, ItemPlace, StoredEvents } from './stored-events.port.ts';

/** What telling events again needs from outside. */
export interface RepublishPorts {
  jobs: Pick<Jobs<RepublishJob>, 'find' | 'replace'>;
  people: Pick<People, 'conversationsOf'>;
  events: StoredEvents;
  queues: OutgoingQueues<EventQueueName>;
  now(): Date;
  /** Whether there is time for another page. */
  hasTime(): boolean;
  pause(ms: number): Promise<void>;
  report(error: unknown): void;
}

/** Items, and where to go on behind them; no cursor: nowhere. */
interface Step {
  images: ItemImage[];
  cursor?: RepublishCursor | undefined;
}

type TimeRange = Extract<RepublishJob['range'], { by: 'time' }>;

const pageItems = 100;

/** Conversations that are read at once, and items of each: a function's memory has room for them. */
const conversationsAtOnce = 20;
const itemsOfEach = 25;

/** What people write now is told beside it, through the same queue. */
const eventsPerSecond = 500;

const dayMs = 24 * 60 * 60 * 1000;

/** Clocks differ: an event may be stored on the day before the one that it says. */
const clockSlackMs = 5 * 60 * 1000;

/** What has no conversation and still changes is a send, and sends are kept for 30 days. */
const looseChangesMs = 31 * dayMs;

/**
 * Works a job page by page and remembers how far it has come. Events of a page are told in the order of
 * their `orderKey`, with their first ids and in their first groups. A page that is done again has the same
 * deduplication ids; another job has others, which SQS does not take for repeats.
 * @returns `again` where time is up, or another worker has moved the job. Rejects where a queue or the
 * table fails: what is not remembered is done again.
 */
export async function workRepublish(
  { organizationId, republishId }: RepublishMessage,
  ports: RepublishPorts,
): Promise<'done' | 'again'> {
  const { jobs, now, hasTime, pause } = ports;
  let stored = await jobs.find(organizationId, republishId);
  while (stored && stored.job.status !== 'done') {
    if (!hasTime()) {
      return 'again';
    }
    const { job } = stored;
    const startedAt = now().getTime();
    const { images, cursor } = await nextStep(job, ports);
    const { events, unreadable } = eventsIn(images, job, ports);
    const { sent, refused } = await publish(events, job, ports.queues);
    stored = await jobs.replace(stored, {
      ...job,
      status: cursor ? 'running' : 'done',
      cursor,
      published: job.published + sent,
      skipped: job.skipped + refused + unreadable,
      updatedAt: now().toISOString(),
    });
    if (!stored) {
      return 'again';
    }
    const earliest = startedAt + (events.length * 1000) / eventsPerSecond;
    await pause(Math.max(0, earliest - now().getTime()));
  }
  return 'done';
}

async function nextStep(job: RepublishJob, ports: RepublishPorts): Promise<Step> {
  const { range, cursor } = job;
  if (range.by === 'time') {
    return nextOfTime(job.organizationId, range, cursor, ports);
  }
  const page = await ports.events.ofConversation(range.conversationId, {
    ...{ after: cursor?.after, limit: pageItems, newestFirst: false },
  });
  return { images: imagesOf(page), cursor: page.next && { after: page.next } };
}

/**
 * No index knows when an item was told of last. So everything is read that the organisation has: its
 * connections, its events of no conversation, and then its conversations, some at once.
 */
async function nextOfTime(
  organizationId: string,
  { from, to }: TimeRange,
  cursor: RepublishCursor | undefined,
  ports: RepublishPorts,
): Promise<Step> {
  if (!cursor) {
    return { images: await ports.events.ofOrganization(organizationId), cursor: {} };
  }
  const firstDay = dayOf(new Date(Date.parse(from) - looseChangesMs));
  const { after, loose = { day: firstDay, shard: 0 }, conversations } = cursor;
  if (conversations) {
    return nextOfConversations(organizationId, conversations, ports);
  }
  const page = await ports.events.ofLooseDay(
    { organizationId, ...loose },
    { after, limit: pageItems },
  );
  const next = page.next ? loose : behind(loose);
  const lastDay = dayOf(new Date(Date.parse(to) + clockSlackMs));
  return {
    images: imagesOf(page),
    cursor:
      next.day > lastDay
        ? { conversations: { open: [], last: '', after: '' } }
        : { loose: next, after: page.next },
  };
}

function behind({ day, shard }: NonNullable<RepublishCursor['loose']>) {
  return shard + 1 < looseShards
    ? { day, shard: shard + 1 }
    : { day: dayOf(new Date(Date.parse(day) + dayMs)), shard: 0 };
}

/** Goes on with the conversations that were begun, or begins with the next ones. */
async function nextOfConversations(
  organizationId: string,
  { open, last, after }: NonNullable<RepublishCursor['conversations']>,
  { people, events }: RepublishPorts,
): Promise<Step> {
  if (open.length > 0 || after === undefined) {
    return readConversations(open, { last, after }, events);
  }
  const { names, next } = await people.conversationsOf(organizationId, {
    ...{ after: after || undefined, limit: conversationsAtOnce },
  });
  const begun = [...new Set(names)].filter((name) => name !== last);
  return readConversations(
    begun.map((conversationId) => ({ conversationId })),
    { last: names.at(-1) ?? last, after: next },
    events,
  );
}

/** Reads a page of each. */
async function readConversations(
  some: readonly { conversationId: string; after?: ItemPlace }[],
  rest: Omit<NonNullable<RepublishCursor['conversations']>, 'open'>,
  events: StoredEvents,
): Promise<Step> {
  const pages = await Promise.all(
    some.map(async ({ conversationId, after }) => ({
      conversationId,
      page: await events.ofConversation(conversationId, {
        ...{ after, limit: itemsOfEach, newestFirst: false },
      }),
    })),
  );
  const open = pages.flatMap(({ conversationId, page: { next } }) =>
    next ? [{ conversationId, after: next }] : [],
  );
  const isOver = open.length === 0 && rest.after === undefined;
  return {
    images: pages.flatMap(({ page }) => imagesOf(page)),
    cursor: isOver ? undefined : { conversations: { open, ...rest } },
  };
}

function imagesOf({ items }: ItemPage): ItemImage[] {
  return items.map(({ image }) => image);
}

/** The events of these items that the job is about, sorted. What cannot be read does not keep the others. */
function eventsIn(
  images: readonly ItemImage[],
  { organizationId, range }: RepublishJob,
  { report }: Pick<RepublishPorts, 'report'>,
): { events: OutgoingEvent[]; unreadable: number } {
  let unreadable = 0;
  const events = images.flatMap((image) => {
    try {
      const isWanted = ({ event }: OutgoingEvent) =>
        event.organizationId === organizationId &&
        (range.by === 'conversation' || isInRange(range, image, event));
      return eventsOfChange(undefined, image).filter(isWanted);
    } catch (error) {
      report(error);
      unreadable++;
      return [];
    }
  });
  events.sort(({ event: one }, { event: other }) => (one.orderKey < other.orderKey ? -1 : 1));
  return { events, unreadable };
}

/**
 * An event is told when it is written, which may be days after it came. When that was is known of an item's
 * last event alone: with it come those before it.
 */
function isInRange({ from, to }: TimeRange, item: ItemImage, { receivedAt }: InboxEvent): boolean {
  return (item['changedAt'] ?? receivedAt) >= from && receivedAt <= to;
}

/** Queues events, each queue's one batch after the other. @throws where some may not have been queued */
async function publish(
  events: readonly OutgoingEvent[],
  { republishId }: RepublishJob,
  queues: OutgoingQueues<EventQueueName>,
): Promise<{ sent: number; refused: number }> {
  const results = { sent: 0, refused: 0 };
  // SQS would take the event's own id for a repeat.
  const deduplicationId = ({ event }: OutgoingEvent) => hash(republishId, event.eventId);
  const queued = events.map((event) => {
    const { queueName, message } = queuedEvent(event);
    return { queueName, message: { ...message, deduplicationId: deduplicationId(event) } };
  });
  for (const [name, ofQueue] of Map.groupBy(queued, ({ queueName }) => queueName)) {
    const messages = ofQueue.map(({ message }) => message);
    for (const batch of sqsBatches(messages, ({ body }) => body)) {
      for (const result of await queues.send(name, batch)) {
        if (result === 'retry') {
          throw new Error('A queue has not taken all events');
        }
        results[result]++;
      }
    }
  }
  return results;
}
