/** The metrics of access tokens: what every function that opens them emits, alarms and dashboards read. */
export const credentialMetrics = {
  /** Calls for which KMS had no room, after all their attempts. */
  tokenKeyThrottled: 'TokenKeyThrottled',
} as const;
