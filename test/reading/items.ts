import type { ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import {
  eventAttribute,
  eventIdOf,
  messageKey,
  type SentMessage,
  type StatusEntry,
  sentAttribute,
  statusAttribute,
  statusSubjectAttribute,
} from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';

/** Whose items these are. */
export const own = {
  ...{ organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' },
  conversationId: 'conversation-1',
};

/** A minute of the day of these tests. */
export function at(minute: number): string {
  return `2026-11-22T10:${String(minute).padStart(2, '0')}:00.000Z`;
}

/** A customer. */
export const omar = { phone: '+966500000001', waId: '966500000001', name: 'Omar' };

type Received = Extract<InboxEvent, { type: 'message.received' }>;

/** The item of an event. */
export function itemOf(key: string, event: InboxEvent, more: ItemImage = {}): ItemImage {
  const { organizationId, conversationId, orderKey } = event;
  return {
    ...{ pk: key, organizationId, orderKey },
    ...(conversationId === undefined ? {} : { conversationId }),
    [eventAttribute]: JSON.stringify(event),
    ...more,
  };
}

/** The envelope of an event of a message. */
export function envelope(id: string, minute: number) {
  const time = at(minute);
  return {
    ...{ schemaVersion: 1 as const, eventId: eventIdOf(messageKey('2001', id), eventAttribute) },
    ...{ occurredAt: time, receivedAt: time, orderKey: orderKeyOf(time, time, 0) },
    ...own,
    contact: omar,
  };
}

/** A customer's message. */
export function received(
  id: string,
  minute: number,
  { item, ...more }: Partial<Received> & { item?: ItemImage } = {},
): ItemImage {
  const event: Received = {
    ...envelope(id, minute),
    type: 'message.received',
    message: { id, type: 'text', text: { body: `text of ${id}` } },
    window: { expiresAt: `2026-11-23T${at(minute).slice(11)}` },
    ...more,
  };
  return itemOf(messageKey('2001', id), event, item);
}

/** A message that was sent, with its statuses. */
export function sent(
  id: string,
  minute: number,
  statuses: readonly (Pick<StatusEntry, 'status'> & Partial<StatusEntry>)[] = [],
): ItemImage {
  const time = at(minute);
  const { organizationId, conversationId, phoneNumberId } = own;
  const message: SentMessage = {
    ...{ ...own, messageId: id, sendId: `send of ${id}`, acceptedAt: time },
    ...{ clientReference: 'ticket-7', message: { type: 'text', text: { body: 'answer' } } },
  };
  const entries = statuses.map((fields, index): StatusEntry => {
    const then = at(minute + index + 1);
    const orderKey = orderKeyOf(then, then, 0);
    return { occurredAt: then, receivedAt: then, orderKey, ...fields };
  });
  return {
    ...{ pk: messageKey('2001', id), organizationId, conversationId },
    orderKey: orderKeyOf(time, time, 0),
    [sentAttribute]: JSON.stringify(message),
    ...(entries.length === 0
      ? {}
      : {
          [statusSubjectAttribute]: JSON.stringify({
            ...{ messageId: id, organizationId, phoneNumberId, conversationId, contact: omar },
          }),
        }),
    ...Object.fromEntries(entries.map((entry) => [statusAttribute(entry), JSON.stringify(entry)])),
  };
}
