/** A message for `webhook-events`. */
export interface QueuedMessage {
  /** Whose turn it is: SQS shares the consumers among the groups. At most 128 characters. */
  groupId: string;
  body: string;
  /** It is in the raw archive already. */
  archived?: true;
}

/** The queue `webhook-events`. */
export interface WebhookQueue {
  /** Resolves when every message is durably in the queue. @throws when any of them may not be. */
  send(messages: readonly QueuedMessage[]): Promise<void>;
}
