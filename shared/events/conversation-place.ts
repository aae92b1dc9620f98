import { hash } from '../hash.ts';

/**
 * By which the items that events are told of are found again, in the index `Conversation`:
 * - `conversationId`: of an event of no conversation stands one in its place, which is made of its
 *   organisation, the day (UTC) on which it came, and a shard;
 * - `orderKey`.
 * `changedAt` says when the last event was written, which no index has: an event may have waited before.
 */
export const changedAtAttribute = 'changedAt';

/**
 * One partition of the index takes 1,000 writes a second, and a day of an organisation must not be one.
 * Source: DynamoDB Developer Guide, "Quotas".
 */
export const looseShards = 4;

/** A day of an organisation, and a part of it. */
export interface LooseDay {
  organizationId: string;
  /** In UTC, `yyyy-mm-dd`. */
  day: string;
  /** Below `looseShards`. */
  shard: number;
}

/** What stands in an item for the conversation of events that have none. */
export function looseConversation({ organizationId, day, shard }: LooseDay): string {
  return `${organizationId}#${day}#${shard}`;
}

/** Tells a conversation from what stands in its place. */
export function isConversation(conversationId: string | undefined): conversationId is string {
  return conversationId !== undefined && !conversationId.includes('#');
}

/** What of an item decides where it is listed. */
export interface PlacedItem {
  pk: string;
  organizationId: string;
  conversationId?: string | undefined;
  /** When its first event came, RFC 3339. */
  receivedAt: string;
}

/** An item's `conversationId`. */
export function placeOfItem({
  pk,
  organizationId,
  conversationId,
  receivedAt,
}: PlacedItem): string {
  const shard = hash(pk).charCodeAt(0) % looseShards;
  const day = dayOf(new Date(receivedAt));
  return conversationId ?? looseConversation({ organizationId, day, shard });
}

/** A time's day in UTC, `yyyy-mm-dd`. */
export function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
