/** An event or a job as it is queued. */
export interface OutgoingMessage {
  /** Of an event: a group's are delivered one after the other. Of a job: groups take turns. */
  groupId: string;
  /** The event id: its queue drops a repeat within five minutes. Jobs have none: theirs drop nothing. */
  deduplicationId?: string;
  body: string;
}

/** What became of each message, by its place in the list. */
export type SendResult = 'sent' | 'retry' | 'refused';

/**
 * `inbox-events`, `inbox-history`, `media-jobs` and `transcribe-jobs`. Imported history has a queue of its
 * own: a year of it must not delay what people write now.
 */
export type OutgoingQueueName = 'events' | 'history' | 'mediaJobs' | 'transcribeJobs';

/** The queues that changes are published to, or some of them. */
export interface OutgoingQueues<Name extends OutgoingQueueName = OutgoingQueueName> {
  /** Sends at most ten messages of together at most 1 MiB. `refused` is for ever. @throws when all may be unsent. */
  send(name: Name, messages: readonly OutgoingMessage[]): Promise<SendResult[]>;
}
