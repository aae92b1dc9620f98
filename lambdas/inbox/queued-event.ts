import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { hash } from '../../shared/hash.ts';
import { toSqsText } from '../../shared/sqs.ts';
import type { OutgoingEvent } from './events-of-change.ts';
import type { OutgoingMessage } from './outgoing-queues.port.ts';

/** The queue of an event. */
export type EventQueueName = 'events' | 'history';

/** Tells an event of imported history, which is not news. */
export function isHistory({ type }: InboxEvent): boolean {
  return type === 'message.imported' || type === 'history.progress';
}

/** The event as SQS takes it. Ids of people can be longer than a group id may be: all are hashed. */
export function queuedEvent({ event, json }: OutgoingEvent): {
  queueName: EventQueueName;
  message: OutgoingMessage;
} {
  const { organizationId, conversationId, phoneNumberId, wabaId } = event;
  const group = conversationId ?? phoneNumberId ?? wabaId ?? '';
  return {
    queueName: isHistory(event) ? 'history' : 'events',
    message: {
      groupId: hash(organizationId, group),
      deduplicationId: event.eventId,
      body: toSqsText(json),
    },
  };
}
