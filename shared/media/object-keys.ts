/**
 * Where a message's file lies in the media bucket: one object for each message and revision, so that what is
 * removed of one person is nobody else's.
 * @param messageKey the key of the message's item
 */
export function mediaFileKey(organizationId: string, messageKey: string, revision: number): string {
  return `media/${organizationId}/${messageKey.slice(messageKey.indexOf('#') + 1)}-${revision}`;
}

/** Where Transcribe puts a job's output, in the media bucket: the words and when each was said. */
export function transcriptFileKey(
  organizationId: string,
  transcription: string,
  attempt: number,
): string {
  return `transcripts/${organizationId}/${transcription}-${attempt}.json`;
}
