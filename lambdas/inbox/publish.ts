import { hash } from '../../shared/hash.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import { sqsBatches, toSqsText } from '../../shared/sqs.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import { eventsOfChange, type ItemImage, type OutgoingEvent } from './events-of-change.ts';
import type { InboxQueue, InboxQueueName, QueuedEvent } from './inbox-queue.port.ts';

/** One change of an item, from the table's stream. */
export interface ItemChange {
  sequenceNumber: string;
  before: ItemImage | undefined;
  after: ItemImage;
}

/** What publishing needs from outside. */
export interface PublishPorts {
  queue: InboxQueue;
  /** The raw bucket. */
  store: ObjectStore;
}

/** What became of a batch of changes. */
export interface PublishResult {
  published: OutgoingEvent[];
  quarantined: number;
  /** The first change that has to come again, with all that follow it. */
  retryFrom: string | undefined;
  /** Why, where something failed. */
  failure?: unknown;
}

/** In each queue, groups whose events are sent side by side; within each, one batch after the other. */
const lanes = 4;

/** Events of one queue that are sent in their order. */
interface Lane {
  queueName: InboxQueueName;
  pending: Pending[];
}

/** An event on its way, with the place of its change in the batch. */
interface Pending {
  outgoing: OutgoingEvent;
  queued: QueuedEvent;
  at: number;
}

/**
 * Publishes what changed, in the stream's order within each conversation; what fails is overtaken and
 * comes again. Nothing is remembered: a change that comes again has the same event ids.
 */
export async function publishChanges(
  changes: readonly ItemChange[],
  ports: PublishPorts,
): Promise<PublishResult> {
  const result: PublishResult = { published: [], quarantined: 0, retryFrom: undefined };
  let firstFailed = changes.length;
  const fail = (at: number) => {
    firstFailed = Math.min(firstFailed, at);
  };

  const laneOf = new Map<string, Lane>();
  for (const [at, change] of changes.entries()) {
    try {
      for (const outgoing of eventsOfChange(change.before, change.after)) {
        const queued = queuedEvent(outgoing);
        const queueName = queueOf(outgoing);
        const key = `${queueName} ${queued.groupId.charCodeAt(0) % lanes}`;
        const lane = laneOf.get(key) ?? { queueName, pending: [] };
        lane.pending.push({ outgoing, queued, at });
        laneOf.set(key, lane);
      }
    } catch (error) {
      if (!(error instanceof PermanentError || error instanceof SyntaxError)) {
        throw error;
      }
      await setAside(JSON.stringify(change), at);
    }
  }
  await Promise.all([...laneOf.values()].map(sendLane));
  result.retryFrom = changes[firstFailed]?.sequenceNumber;
  return result;

  /** Sends a lane's batches one after the other, as far as the first failure. */
  async function sendLane({ queueName, pending }: Lane): Promise<void> {
    for (const batch of sqsBatches(pending, ({ queued }) => queued.body)) {
      const outcomes = await ports.queue
        .send(
          queueName,
          batch.map(({ queued }) => queued),
        )
        .catch((error: unknown) => {
          result.failure = error;
          return [];
        });
      for (const [index, { outgoing, queued, at }] of batch.entries()) {
        const outcome = outcomes[index] ?? 'retry';
        if (outcome === 'sent') {
          result.published.push(outgoing);
        } else if (outcome === 'refused') {
          await setAside(queued.body, at);
        } else {
          fail(at);
        }
      }
      // What stands behind the first failure, of whatever lane, comes again anyway; what stands before it does not.
      if (batch.some(({ at }) => at >= firstFailed)) {
        return;
      }
    }
  }

  /** What can never be published must not keep the rest of the stream waiting. */
  async function setAside(json: string, at: number): Promise<void> {
    try {
      await ports.store.put(`quarantine/event/${hash(json)}.json`, Buffer.from(json));
      result.quarantined++;
    } catch (error) {
      result.failure = error;
      fail(at);
    }
  }
}

function queueOf({ event }: OutgoingEvent): InboxQueueName {
  return event.type === 'message.imported' || event.type === 'history.progress'
    ? 'history'
    : 'events';
}

/** The event as SQS takes it. Ids of people can be longer than a group id may be: all are hashed. */
function queuedEvent({ event, json }: OutgoingEvent): QueuedEvent {
  const { organizationId, conversationId, phoneNumberId, wabaId } = event;
  const group = conversationId ?? phoneNumberId ?? wabaId ?? '';
  return {
    groupId: hash(organizationId, group),
    deduplicationId: event.eventId,
    body: toSqsText(json),
  };
}
