/** The metrics of the media functions: what the handlers emit, alarms and dashboards read. */
export const mediaMetrics = {
  /** Files that were written to S3. */
  filesStored: 'MediaStored',
  /** Their sizes together, in bytes. */
  bytesStored: 'MediaBytes',
  /** From when the message was sent until its file was in S3, in ms. */
  storedAfterMs: 'MediaLag',
  /** Files that will not come. Dimension `reason`: of docs/media-reasons.md. */
  filesFailed: 'MediaFailed',
  /** Jobs that were done already, or that nobody waits for any more. */
  jobsDropped: 'MediaJobsDropped',
  /** Times that a job was put off. */
  jobsPutOff: 'MediaJobsPutOff',
  /** Queue messages that are no jobs, set aside. */
  jobsQuarantined: 'MediaJobsQuarantined',

  /** Requests that came to `whatsapp-media`. */
  requests: 'MediaRequests',
  /** Of these, those that were answered with a problem. Dimension `code`: the problem's. */
  requestsRefused: 'MediaRequestsRefused',
  /** Links to files that were given. */
  linksGiven: 'MediaLinks',
  /** Forms to upload a file with that were given. */
  formsGiven: 'MediaUploadForms',
  /** Files that somebody has asked for again. */
  filesRetried: 'MediaRetries',
  /** Transcripts that somebody has asked for again. */
  transcriptsRetried: 'TranscriptRetries',
} as const;
