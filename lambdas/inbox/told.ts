import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { inboxMetrics } from './metrics.ts';

/** How often an organisation was told of the same. */
export interface Tally {
  name: string;
  dimension: Record<string, string>;
  organizationId: string;
  times: number;
}

/** What an organisation was told has gone wrong. */
export interface Failure {
  organizationId: string;
  type: InboxEvent['type'];
  /** A stable word. */
  reason: string;
  /** Meta's code, where Meta has refused something. */
  metaCode?: number;
}

/** Meta's words are open, and each value of a dimension is a metric of its own: other words count as `other`. */
const messageTypes: readonly unknown[] = [
  ...['text', 'image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts'],
  ...['interactive', 'button', 'order', 'unsupported'],
];
const statuses: readonly unknown[] = ['sent', 'delivered', 'read', 'played', 'failed'];
const templateStatuses: readonly unknown[] = [
  ...['approved', 'rejected', 'pending', 'flagged', 'paused', 'disabled'],
];

const openEnds: readonly string[] = ['failed', 'unknown', 'unresolved', 'expired'];

/** Counts events by what they tell, for each organisation. */
export function tallyOf(events: readonly InboxEvent[]): Tally[] {
  const tallies = new Map<string, Tally>();
  for (const event of events) {
    const counted = countedAs(event);
    if (counted) {
      const { organizationId } = event;
      const key = JSON.stringify([counted, organizationId]);
      const { times } = tallies.get(key) ?? { times: 0 };
      tallies.set(key, { ...counted, organizationId, times: times + 1 });
    }
  }
  return [...tallies.values()];
}

function countedAs(event: InboxEvent): Pick<Tally, 'name' | 'dimension'> | undefined {
  switch (event.type) {
    case 'message.received': {
      const type = event.media?.voice ? 'voice' : known(messageTypes, event.message['type']);
      return { name: inboxMetrics.messagesReceived, dimension: { type } };
    }
    case 'message.status': {
      const status = known(statuses, event.changed);
      return { name: inboxMetrics.statusesReceived, dimension: { status } };
    }
    case 'send.updated':
      return { name: inboxMetrics.sendsUpdated, dimension: { status: event.status } };
    case 'template.updated': {
      if (event.status === undefined) {
        return undefined;
      }
      const status = known(templateStatuses, event.status.toLowerCase());
      return { name: inboxMetrics.templatesDecided, dimension: { status } };
    }
    default:
      return undefined;
  }
}

function known(words: readonly unknown[], word: unknown): string {
  return words.includes(word) ? String(word) : 'other';
}

/** What an event tells has gone wrong, if anything. */
export function failureIn(event: InboxEvent): Failure | undefined {
  const { organizationId, type } = event;
  switch (event.type) {
    case 'message.status':
    case 'send.updated': {
      const ending = event.type === 'send.updated' ? event.status : event.changed;
      if (!openEnds.includes(ending)) {
        return undefined;
      }
      const { reason = ending, code } = event.error ?? {};
      return { organizationId, type, reason, ...(code === undefined ? {} : { metaCode: code }) };
    }
    case 'media.failed':
    case 'transcript.failed':
    case 'webhook.unrecognised':
      return { organizationId, type, reason: event.reason };
    default:
      return undefined;
  }
}
