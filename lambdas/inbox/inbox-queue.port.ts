/** An inbox event as it is queued. */
export interface QueuedEvent {
  /** Orders: a group's events are delivered one after the other. */
  groupId: string;
  /** The event id: the queue drops a repeat within five minutes. */
  deduplicationId: string;
  body: string;
}

/** What became of each event, by its place in the list. */
export type SendResult = 'sent' | 'retry' | 'refused';

/** Imported history has a queue of its own: a year of it must not delay what people write now. */
export type InboxQueueName = 'events' | 'history';

/** The queues `inbox-events` and `inbox-history`. */
export interface InboxQueue {
  /** Sends at most ten events of together at most 1 MiB. `refused` is for ever. @throws when all may be unsent. */
  send(name: InboxQueueName, events: readonly QueuedEvent[]): Promise<SendResult[]>;
}
