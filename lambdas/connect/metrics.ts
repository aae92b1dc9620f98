/** The metrics of connecting: what the handlers emit, alarms and dashboards read. */
export const connectMetrics = {
  /** Requests of the inbox backend, of browsers and of Meta. */
  requests: 'ConnectRequests',
  /** States that were issued: people who were sent to Meta's dialog. */
  signupsStarted: 'SignupsStarted',
  /** Codes that Meta gave a token for. */
  codesExchanged: 'CodesExchanged',
  /** How long Meta took to answer for a code, whatever it answered, in ms. */
  codeExchangeMs: 'CodeExchangeLatency',
  /** Connections that have become active, also again. */
  connectionsActivated: 'ConnectionsActivated',
  /** Times that connecting has stopped: in all, and by dimension `step`; the reason is in the log. */
  connectionsStopped: 'ConnectionsStopped',
  /** Connections that their organisation, or Meta's word of a removed app, has ended. */
  connectionsEnded: 'ConnectionsEnded',
  /** Requests to be forgotten or cut off that Meta has not signed. */
  signedRequestsRefused: 'SignedRequestsRefused',
} as const;
