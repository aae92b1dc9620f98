import type {
  InboxQueue,
  InboxQueueName,
  QueuedEvent,
  SendResult,
} from '../../lambdas/inbox/inbox-queue.port.ts';
import type { QueuedMessage, WebhookQueue } from '../../lambdas/ingest/webhook-queue.port.ts';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';

/** `webhook-events` in memory: a message stays until it is deleted. */
export class MemoryWebhookQueue implements WebhookQueue {
  readonly messages: QueuedMessage[] = [];

  async send(messages: readonly QueuedMessage[]): Promise<void> {
    this.messages.push(...messages);
  }
}

/** `inbox-events` and `inbox-history` in memory, as a consumer has received them: repeats included. */
export class MemoryInboxQueue implements InboxQueue {
  readonly received: (QueuedEvent & { from: InboxQueueName })[] = [];

  async send(name: InboxQueueName, events: readonly QueuedEvent[]): Promise<SendResult[]> {
    this.received.push(...events.map((event) => ({ ...event, from: name })));
    return events.map(() => 'sent');
  }

  /** The events of both queues. */
  get events(): InboxEvent[] {
    return this.received.map(({ body }) => inboxEventSchema.parse(JSON.parse(body)));
  }
}
