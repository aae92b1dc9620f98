import { hash } from '../../shared/hash.ts';
import { toSqsText } from '../../shared/sqs.ts';
import type { OutgoingEvent } from './events-of-change.ts';
import type { OutgoingMessage } from './outgoing-queues.port.ts';

/** The queue of an event. */
export type EventQueueName = 'events' | 'history';

/** The event as SQS takes it. Ids of people can be longer than a group id may be: all are hashed. */
export function queuedEvent({ event, json }: OutgoingEvent): {
  queueName: EventQueueName;
  message: OutgoingMessage;
} {
  const { type, organizationId, conversationId, phoneNumberId, wabaId } = event;
  const isHistory = type === 'message.imported' || type === 'history.progress';
  const group = conversationId ?? phoneNumberId ?? wabaId ?? '';
  return {
    queueName: isHistory ? 'history' : 'events',
    message: {
      groupId: hash(organizationId, group),
      deduplicationId: event.eventId,
      body: toSqsText(json),
    },
  };
}
