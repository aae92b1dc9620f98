/** The metrics of the inbox functions: what the handlers emit, alarms and dashboards read. */
export const inboxMetrics = {
  /** Inbox events that the queue accepted. */
  eventsPublished: 'EventsPublished',
  /** Jobs for files and transcripts that their queues accepted. */
  jobsQueued: 'JobsQueued',
  /** Table changes that nothing could be made of, and what SQS will never take. */
  eventsQuarantined: 'EventsQuarantined',
  /** From Meta's own time to the queue's answer, in ms: what a person waits for. */
  publishLagMs: 'PublishLag',
} as const;
