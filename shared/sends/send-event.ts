import type { InboxEvent } from '../events/inbox-event.schema.ts';
import { eventIdOf } from '../events/message-item.ts';
import { orderKeyOf } from '../events/order-key.ts';
import { sendItemKey, toldAttribute } from './send-item.ts';
import type { SendRecord, SendState } from './send-record.schema.ts';

/** The event that tells of a send's state. */
export type SendUpdated = Extract<InboxEvent, { type: 'send.updated' }>;

/** The contract's words for where a send stands. */
export type SendStatus = SendUpdated['status'];

/** A state's word in the contract; DISPATCHED is nobody's business yet. */
const statusOf = {
  PENDING: 'queued',
  ACCEPTED: 'accepted',
  FAILED: 'failed',
  UNKNOWN: 'unknown',
  UNRESOLVED: 'unresolved',
  EXPIRED: 'expired',
} as const satisfies Partial<Record<SendState, SendStatus>>;

/** The contract's word for where a send stands; one being handed over counts as queued. */
export function sendStatusOf(state: SendState): SendStatus {
  return state === 'DISPATCHED' ? 'queued' : statusOf[state];
}

/** What the inbox is told of a send that has reached its state. */
export function sendUpdated(record: SendRecord): SendUpdated {
  const { organizationId, sendId, stateAt, clientReference, messageId, error } = record;
  const { wabaId, phoneNumberId, conversationId } = record;
  const status = sendStatusOf(record.state);
  return {
    schemaVersion: 1,
    eventId: eventIdOf(sendItemKey(organizationId, sendId), toldAttribute(status)),
    type: 'send.updated',
    occurredAt: stateAt,
    receivedAt: stateAt,
    orderKey: orderKeyOf(stateAt, stateAt, 0),
    organizationId,
    wabaId,
    phoneNumberId,
    ...(conversationId === undefined ? {} : { conversationId }),
    sendId,
    ...(clientReference === undefined ? {} : { clientReference }),
    status,
    ...(messageId === undefined ? {} : { messageId }),
    ...(error === undefined ? {} : { error }),
  };
}
