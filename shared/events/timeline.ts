import { hash } from '../hash.ts';

/**
 * By which an item's events are found again by time, in the index `Timeline`:
 * - `timeline`: organisation, day (UTC) of the last change and shard, written with every event;
 * - `timelineOrder`: when the first event came, written once;
 * - `changedAt`: when the last one was written, which no index has. An event may have waited before.
 * What was told between two times is on an item whose day is not before the first of them, and whose
 * `timelineOrder` is not after the second. A change on the same day moves nothing in the index.
 */
const writtenWithEveryEvent: readonly string[] = ['timeline', 'changedAt'];

/** Tells whether an attribute is written anew with every event. See `timelinePlace`. */
export function isWrittenAnew(name: string): boolean {
  return writtenWithEveryEvent.includes(name);
}

/**
 * One partition of the index takes 1,000 writes a second, and a day of an organisation must not be one.
 * Source: DynamoDB Developer Guide, "Quotas".
 */
export const timelineShards = 4;

/** What of an item decides where it is listed. */
export interface TimelineEntry {
  pk: string;
  organizationId: string;
  /** A conversation is in one shard. */
  conversationId?: string | undefined;
  /** When the event came that is written, RFC 3339. */
  receivedAt: string;
}

/** The attributes of an item to which an event is written now. */
export function timelinePlace(
  { pk, organizationId, conversationId, receivedAt }: TimelineEntry,
  now: Date,
): { timeline: string; timelineOrder: string; changedAt: string } {
  const shard = hash(conversationId ?? pk).charCodeAt(0) % timelineShards;
  return {
    timeline: timelinePartition(organizationId, dayOf(now), shard),
    timelineOrder: receivedAt,
    changedAt: now.toISOString(),
  };
}

/** A part of an organisation's day, as the index has it. */
export function timelinePartition(organizationId: string, day: string, shard: number): string {
  return `${organizationId}#${day}#${shard}`;
}

/** A time's day in UTC, `yyyy-mm-dd`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
