import type { InboxQueue, QueuedEvent, SendResult } from '../../lambdas/inbox/inbox-queue.port.ts';
import type { QueuedMessage, WebhookQueue } from '../../lambdas/ingest/webhook-queue.port.ts';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';

/** `webhook-events` in memory: a message stays until it is deleted. */
export class MemoryWebhookQueue implements WebhookQueue {
  readonly messages: QueuedMessage[] = [];

  async send(messages: readonly QueuedMessage[]): Promise<void> {
    this.messages.push(...messages);
  }
}

/** `inbox-events` in memory, as a consumer has received it: repeats included. */
export class MemoryInboxQueue implements InboxQueue {
  readonly received: QueuedEvent[] = [];

  async send(events: readonly QueuedEvent[]): Promise<SendResult[]> {
    this.received.push(...events);
    return events.map(() => 'sent');
  }

  get events(): InboxEvent[] {
    return this.received.map(({ body }) => inboxEventSchema.parse(JSON.parse(body)));
  }
}
