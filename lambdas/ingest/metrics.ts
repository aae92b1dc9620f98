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
  /** Updates of a history that their organisation does not import: nobody gets them. */
  historyUnwanted: 'HistoryUnwanted',
  /** Updates that were there already. */
  updatesDuplicate: 'UpdatesDuplicate',
  /** Updates published as `webhook.unrecognised`. */
  updatesUnrecognised: 'UpdatesUnrecognised',
  /** Updates for a number that no organisation owns yet. */
  updatesParked: 'UpdatesParked',
  /** Updates of the time before their number was taken over from another organisation: nobody gets them. */
  updatesWithheld: 'UpdatesWithheld',
  /** Updates of what was erased, which came once more: nobody gets them. */
  updatesErased: 'UpdatesErased',
  /** Parked updates that were queued again because their number was connected. */
  updatesDrained: 'UpdatesDrained',
  /** Numbers and WABAs that updates were parked for in the last 15 days and that nobody owns yet. */
  ownersWaiting: 'OwnersWaiting',
  /** Tests that somebody sent from Meta's dashboard. */
  testWebhooks: 'TestWebhooks',
  /** Updates that cannot even be told apart from others, and queue messages that are none. */
  updatesQuarantined: 'UpdatesQuarantined',
} as const;
