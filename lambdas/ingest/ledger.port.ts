import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import type { StatusEntry, StatusSubject } from '../../shared/events/message-item.ts';

/** Whether a write was the first of its kind. */
export type Stored = 'stored' | 'duplicate';

/** An event with the item that dedupes it. */
export interface EventRecord {
  /** The item's key, from `messageKey` or `eventKey`. */
  key: string;
  event: InboxEvent;
}

/** A status with the item of its message, which need not exist yet. */
export interface StatusRecord {
  key: string;
  subject: StatusSubject;
  entry: StatusEntry;
}

/** A change that nobody owns yet. */
export interface ParkedChange {
  /** The phone number id or WABA id that is not connected. */
  owner: string;
  /** A queue message of `webhook-events`, ready to be queued again. */
  body: string;
}

/** The table, as `normalise` writes it: each write is at once the dedupe record and what publishes. */
export interface Ledger {
  /** Writes an event unless its item has one already. */
  storeEvent(record: EventRecord): Promise<Stored>;
  /** Tells whether all that an item had was erased. What was erased is a duplicate to whoever writes it. */
  isErased(key: string): Promise<boolean>;
  /** Adds a status to its message unless that status is there already. */
  mergeStatus(record: StatusRecord): Promise<Stored>;
  /** Lets a sweep find an owner for longer than anything that is parked for it after this. */
  registerOwner(owner: string): Promise<void>;
  /** Keeps a change for the day its owner is connected: once, however often it is parked. */
  park(change: ParkedChange): Promise<void>;
  /** Takes back what `park` kept. */
  unpark(change: ParkedChange): Promise<void>;
  /** Remembers when a test of Meta's dashboard came last. */
  recordTestWebhook(receivedAt: string): Promise<void>;
}
