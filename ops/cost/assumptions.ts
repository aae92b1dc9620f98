/** What no local run can measure. */
export const assumptions = {
  /** Of a voice note, on the average; by the second, without a minimum. */
  voiceNoteSeconds: 20,
  /** What CloudWatch adds to each line. Source: CloudWatch Logs API Reference, PutLogEvents. */
  logLineOverheadBytes: 26,
  /** The line of infra/constructs/default-stage.ts for one request. */
  accessLogBytes: 290,
  /** An answer of our APIs with its head. */
  apiAnswerBytes: 500,
  /** Five pollers that wait 20 s each, for a month. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". */
  emptyReceivesAQueue: 657_000,
  /** One every five minutes: infra/archive-stream.ts. */
  archiveObjectsAMonth: 8760,
} as const;
