import type { SendUpdated } from './send-event.ts';
import type { SendRecord } from './send-record.schema.ts';

/** A record as it was read or written: `version` is what a change of it is conditional on. */
export interface StoredSend {
  record: SendRecord;
  version: number;
}

/** The send records. Every change is one conditional write, and the write that tells of it (by the stream). */
export interface SendLedger {
  /** Reads a record, consistently. */
  find(organizationId: string, sendId: string): Promise<StoredSend | undefined>;
  /**
   * Writes a new record. The adapter's own repeat of a write whose answer got lost counts as the first.
   * @returns undefined where there is one already
   */
  create(record: SendRecord, event?: SendUpdated): Promise<StoredSend | undefined>;
  /**
   * Replaces a record that is still as it was read. What `holdsLane` says changes with it, atomically.
   * @returns undefined where somebody else has changed it: read again
   */
  replace(
    stored: StoredSend,
    next: SendRecord,
    event?: SendUpdated,
  ): Promise<StoredSend | undefined>;
  /** Deletes a record that is still as it was read. @returns false where it is not */
  remove(stored: StoredSend): Promise<boolean>;
  /** The ids of the sends that a caller gave this reference, newest first, 50 at most. */
  byClientReference(organizationId: string, clientReference: string): Promise<string[]>;
  /** Tells, consistently, whether queued sends hold a lane. */
  isHeld(laneKey: string): Promise<boolean>;
  /** Sends whose `settleAt` has passed, the longest overdue first, up to `limit`. */
  due(now: string, limit: number): Promise<Pick<SendRecord, 'organizationId' | 'sendId'>[]>;
}
