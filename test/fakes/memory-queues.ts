import type {
  OutgoingMessage,
  OutgoingQueueName,
  OutgoingQueues,
  SendResult,
} from '../../lambdas/inbox/outgoing-queues.port.ts';
import type { QueuedMessage, WebhookQueue } from '../../lambdas/ingest/webhook-queue.port.ts';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';

/** `webhook-events` in memory: a message stays until it is deleted. */
export class MemoryWebhookQueue implements WebhookQueue {
  readonly messages: QueuedMessage[] = [];

  async send(messages: readonly QueuedMessage[]): Promise<void> {
    this.messages.push(...messages);
  }
}

/** The queues of events and jobs in memory, as their consumers have received them: repeats included. */
export class MemoryOutgoingQueues implements OutgoingQueues {
  readonly received: (OutgoingMessage & { from: OutgoingQueueName })[] = [];

  async send(name: OutgoingQueueName, messages: readonly OutgoingMessage[]): Promise<SendResult[]> {
    this.received.push(...messages.map((message) => ({ ...message, from: name })));
    return messages.map(() => 'sent');
  }

  /** What one of the queues was sent. */
  bodies(name: OutgoingQueueName): unknown[] {
    return this.received
      .filter(({ from }) => from === name)
      .map(({ body }): unknown => JSON.parse(body));
  }

  /** The events of both of their queues. */
  get events(): InboxEvent[] {
    return this.received
      .filter(({ from }) => from === 'events' || from === 'history')
      .map(({ body }) => inboxEventSchema.parse(JSON.parse(body)));
  }
}
