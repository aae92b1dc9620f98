import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import type { SentMessage, StatusEntry } from '../../shared/events/message-item.ts';

/** A message's item: any part may be missing, for statuses may be faster than we are. */
export interface MessageItem {
  organizationId: string;
  /** Of the event of an inbound message: when it was sent. */
  event?: Pick<InboxEvent, 'occurredAt'> | undefined;
  sent?: SentMessage | undefined;
  statuses: StatusEntry[];
}

/** The messages in the table. */
export interface Messages {
  /** Keeps a sent message, once, beside the statuses that may be there already. */
  recordSent(message: SentMessage): Promise<void>;
  /** Reads a message's item, consistently. */
  find(phoneNumberId: string, messageId: string): Promise<MessageItem | undefined>;
}
