/** The metrics of the inbox functions: what the handlers emit, alarms and dashboards read. */
export const inboxMetrics = {
  /** Inbox events that the queue accepted. */
  eventsPublished: 'EventsPublished',
  /** Customers' messages among them. Dimension `type`: Meta's, `voice`, or `other`. */
  messagesReceived: 'MessagesReceived',
  /** Statuses of our messages among them. Dimension `status`: Meta's, or `other`. */
  statusesReceived: 'StatusesReceived',
  /** Among them, where sends stand. Dimension `status`: as in `send.updated`. */
  sendsUpdated: 'SendsUpdated',
  /** Meta's decisions on templates among them. Dimension `status`: Meta's in lower case, or `other`. */
  templatesDecided: 'TemplatesDecided',
  /** Jobs for files and transcripts that their queues accepted. */
  jobsQueued: 'JobsQueued',
  /** Table changes that nothing could be made of, and what SQS will never take. */
  eventsQuarantined: 'EventsQuarantined',
  /** From Meta's own time to the queue's answer, in ms: what a person waits for. */
  publishLagMs: 'PublishLag',
  /** Connections of which the inbox was told that they do not work: Meta has refused a token, or disabled an account. */
  connectionsDegraded: 'ConnectionsDegraded',

  /** Events that the inbox backend's endpoint has taken. */
  eventsDelivered: 'EventsDelivered',
  /** From the queue's acceptance of an event until the endpoint had taken it, in ms. */
  deliveryLagMs: 'EventDeliveryLag',
  /** How long the endpoint took to answer, whatever it answered, in ms. */
  deliveryMs: 'EventDeliveryLatency',
  /** Attempts that have to be made again: in all, and by dimension `outcome`: redirected, refused (4xx), failed (5xx), unanswered, unsigned, malformed. */
  deliveriesFailed: 'EventDeliveriesFailed',

  /** How long an erasure or a republishing has been in its queue whenever it is worked on, in ms. */
  jobAgeMs: 'JobAge',
} as const;
