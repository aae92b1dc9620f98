/** The metrics of the ingest functions: what the handlers emit, alarms and dashboards read. */
export const ingestMetrics = {
  /** Webhooks answered 200 after all of them was queued. */
  webhooksAccepted: 'WebhooksAccepted',
  /** Verifications of the callback URL that were answered with the challenge. */
  callbacksVerified: 'CallbacksVerified',
  /** Verifications with a wrong token, mode or challenge. */
  callbacksRefused: 'CallbacksRefused',
  /** Requests that Meta did not sign. */
  webhooksUnsigned: 'WebhooksUnsigned',
  /** Webhooks answered 503, which Meta will send again. */
  webhooksDeferred: 'WebhooksDeferred',
  /** Signed webhooks of which something was set aside because nobody could read it. */
  webhooksQuarantined: 'WebhooksQuarantined',
  /** Updates written for the first time. */
  updatesStored: 'UpdatesStored',
  /** Updates that were there already. */
  updatesDuplicate: 'UpdatesDuplicate',
  /** Updates published as `webhook.unrecognised`. */
  updatesUnrecognised: 'UpdatesUnrecognised',
  /** Updates for a number that no organisation owns yet. */
  updatesParked: 'UpdatesParked',
  /** Updates that cannot even be told apart from others, and queue messages that are none. */
  updatesQuarantined: 'UpdatesQuarantined',
} as const;
