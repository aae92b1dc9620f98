/** The metrics of transcription: what the handler emits, alarms and dashboards read. */
export const transcribeMetrics = {
  /** Transcripts that a message got. */
  transcriptsReady: 'TranscriptsReady',
  /** Of these, those that somebody should check. */
  transcriptsLowConfidence: 'TranscriptsLowConfidence',
  /** Messages that were told why they get none. Dimension `reason`. */
  transcriptsFailed: 'TranscriptsFailed',
  /** Queue messages that come again later. */
  transcribeJobsPutOff: 'TranscribeJobsPutOff',
  /** Queue messages that are none, set aside. */
  transcribeJobsQuarantined: 'TranscribeJobsQuarantined',
  /** Transcriptions that the sweep had to move on: Transcribe's event did not come. */
  transcriptionsSwept: 'TranscriptionsSwept',
} as const;
