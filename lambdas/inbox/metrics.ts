/** The metrics of the inbox functions: what the handlers emit, alarms and dashboards read. */
export const inboxMetrics = {
  /** Inbox events that the queue accepted. */
  eventsPublished: 'EventsPublished',
  /** Table changes that no event could be made of, and events that SQS will never take. */
  eventsQuarantined: 'EventsQuarantined',
  /** From Meta's own time to the queue's answer, in ms: what a person waits for. */
  publishLagMs: 'PublishLag',
} as const;
