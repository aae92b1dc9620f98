/** The metrics of the send functions: what the handlers emit, alarms and dashboards read. */
export const sendMetrics = {
  /** Requests that came through SendApi. */
  requests: 'Requests',
  /** Requests that were answered with a problem. Dimension `code`: the problem's. */
  requestsRefused: 'RequestsRefused',
  /** Sends that Meta accepted while the caller waited. */
  sendsAccepted: 'SendsAccepted',
  /** Sends that were queued. */
  sendsQueued: 'SendsQueued',
  /** Sends whose call ended, while the caller waited, without an answer that settles it. */
  sendsUnknown: 'SendsUnknown',
  /** Requests answered from the record of an earlier one. */
  sendsReplayed: 'SendsReplayed',
  /** Requests that only asked whether a send is valid, and were told that it is. */
  sendsValidated: 'SendsValidated',
  /** Sends that somebody was told the status of. */
  statusesTold: 'StatusesTold',
  /** Customers' messages that were marked as read. */
  messagesRead: 'MessagesRead',

  /** Queued sends that Meta accepted. */
  deliveriesAccepted: 'DeliveriesAccepted',
  /** Queued sends that Meta refused for good. */
  deliveriesFailed: 'DeliveriesFailed',
  /** Queued sends whose call ended without an answer that settles it. */
  deliveriesUnknown: 'DeliveriesUnknown',
  /** Queued sends whose time, or the customer service window, was over. */
  deliveriesExpired: 'DeliveriesExpired',
  /** Queue messages of sends that do not wait for them any more. */
  deliveriesDropped: 'DeliveriesDropped',
  /** Queue messages that are none, set aside. */
  deliveriesQuarantined: 'DeliveriesQuarantined',
  /** Times that a queue message was put off. */
  deliveriesPutOff: 'DeliveriesPutOff',

  /** Sends that somebody handed to Meta and did not live to tell of. */
  sendsAbandoned: 'SendsAbandoned',
  /** Sends that nobody knows the fate of, and no status came in time. */
  sendsUnresolved: 'SendsUnresolved',
  /** Sends whose time was over before `deliver` came to them. */
  sendsExpired: 'SendsExpired',

  /** Messages that Meta accepted, at once or queued. Dimension `type`: the message's. */
  messagesAccepted: 'MessagesAccepted',

  /** How long calls of the Graph API took, in ms. */
  graphLatencyMs: 'GraphLatency',
  /** Calls without success. Dimension `outcome`: the class of Meta's error, `unsent` or `ambiguous`. */
  graphFailures: 'GraphFailures',
} as const;
