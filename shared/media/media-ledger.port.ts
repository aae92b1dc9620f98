import type { InboxEvent } from '../events/inbox-event.schema.ts';
import type { MediaRecord } from './media-record.schema.ts';

/** The event of a message that can have a file. */
export type MessageEvent = Extract<
  InboxEvent,
  { type: 'message.received' | 'message.echoed' | 'message.imported' }
>;

/** What a file's record tells the inbox. */
export type MediaEvent = Extract<InboxEvent, { type: 'media.stored' | 'media.failed' }>;

/** A message's file, as it was read. */
export interface StoredMedia {
  /** The message's own event: whose it is, and Meta's object that names the file. */
  event: MessageEvent;
  /** None yet: the file is on its way for the first time, revision 0. */
  record?: MediaRecord | undefined;
  /** Counts the changes of the record, from 0. */
  version: number;
}

/** What is known of the files of messages. */
export interface MediaLedger {
  /** Reads consistently. @returns undefined where there is no such message, or none that can have a file */
  find(phoneNumberId: string, messageId: string): Promise<StoredMedia | undefined>;
  /**
   * Writes the next record, and with it the event that tells of it, while the record is as it was read.
   * @returns false where it is not, or the message is gone
   */
  replace(stored: StoredMedia, next: MediaRecord, event?: MediaEvent): Promise<boolean>;
}
