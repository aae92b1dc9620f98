import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { hash } from '../../shared/hash.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import { batchEntries, sqsBatches, toSqsText } from '../../shared/sqs.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import { eventsOfChange, type ItemImage } from './events-of-change.ts';
import { jobsOfChange, type OutgoingJob } from './jobs-of-change.ts';
import type { OutgoingMessage, OutgoingQueueName, OutgoingQueues } from './outgoing-queues.port.ts';
import { queuedEvent } from './queued-event.ts';

/** One change of an item, from the table's stream. */
export interface ItemChange {
  sequenceNumber: string;
  before: ItemImage | undefined;
  after: ItemImage;
}

/** What publishing needs from outside. */
export interface PublishPorts {
  queues: OutgoingQueues;
  /** The raw bucket. */
  store: ObjectStore;
}

/** What became of a batch of changes. */
export interface PublishResult {
  published: InboxEvent[];
  /** How many jobs were queued. */
  jobs: number;
  quarantined: number;
  /** The first change that has to come again, with all that follow it. */
  retryFrom: string | undefined;
  /** Why, where something failed. */
  failure?: unknown;
}

/** In each queue, groups whose messages are sent side by side at most; within each, one batch after the other. */
const maxLanes = 4;

/** Messages of one queue that are sent in their order. */
interface Lane {
  queueName: OutgoingQueueName;
  pending: Pending[];
}

/** What a change sends on its way: an event, or a job. */
interface Outgoing {
  queueName: OutgoingQueueName;
  message: OutgoingMessage;
  /** None: it is a job. */
  event?: InboxEvent;
}

/** The same with the place of its change in the batch. */
interface Pending extends Outgoing {
  at: number;
}

/**
 * Publishes what changed, in the stream's order within each conversation, and queues the jobs that follow
 * from it; what fails is overtaken and comes again. Nothing is remembered: a change that comes again has
 * the same event ids and the same jobs.
 */
export async function publishChanges(
  changes: readonly ItemChange[],
  ports: PublishPorts,
): Promise<PublishResult> {
  const result: PublishResult = { published: [], jobs: 0, quarantined: 0, retryFrom: undefined };
  let firstFailed = changes.length;
  const fail = (at: number) => {
    firstFailed = Math.min(firstFailed, at);
  };

  const pendingOf = new Map<OutgoingQueueName, Pending[]>();
  for (const [at, change] of changes.entries()) {
    try {
      for (const outgoing of outgoingOf(change)) {
        const pending = pendingOf.get(outgoing.queueName) ?? [];
        pending.push({ ...outgoing, at });
        pendingOf.set(outgoing.queueName, pending);
      }
    } catch (error) {
      if (!(error instanceof PermanentError || error instanceof SyntaxError)) {
        throw error;
      }
      await setAside(JSON.stringify(change), at);
    }
  }
  await Promise.all([...pendingOf].flatMap(lanesOf).map(sendLane));
  result.retryFrom = changes[firstFailed]?.sequenceNumber;
  return result;

  /** Sends a lane's batches one after the other, as far as the first failure. */
  async function sendLane({ queueName, pending }: Lane): Promise<void> {
    for (const batch of sqsBatches(pending, ({ message }) => message.body)) {
      const outcomes = await ports.queues
        .send(
          queueName,
          batch.map(({ message }) => message),
        )
        .catch((error: unknown) => {
          result.failure = error;
          return [];
        });
      for (const [index, { event, message, at }] of batch.entries()) {
        const outcome = outcomes[index] ?? 'retry';
        if (outcome === 'sent' && event) {
          result.published.push(event);
        } else if (outcome === 'sent') {
          result.jobs++;
        } else if (outcome === 'refused') {
          await setAside(message.body, at);
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

/** Splits a queue's messages by their groups, into no more lanes than they fill batches. */
function lanesOf([queueName, messages]: [OutgoingQueueName, Pending[]]): Lane[] {
  const lanes = Math.min(maxLanes, Math.ceil(messages.length / batchEntries));
  const byLane = Map.groupBy(messages, ({ message }) => message.groupId.charCodeAt(0) % lanes);
  return [...byLane.values()].map((pending) => ({ queueName, pending }));
}

/** All that a change sends on its way. @throws PermanentError where a part of it cannot be told */
function outgoingOf({ before, after }: ItemChange): Outgoing[] {
  return [
    ...eventsOfChange(before, after).map((event) => ({
      ...queuedEvent(event),
      event: event.event,
    })),
    ...jobsOfChange(before, after).map(queuedJob),
  ];
}

/** The job as SQS takes it: organisations share its queue fairly. */
function queuedJob({ queueName, job }: OutgoingJob): Outgoing {
  const groupId = hash(job.message.organizationId);
  return { queueName, message: { groupId, body: toSqsText(JSON.stringify(job)) } };
}
