/**
 * How the transcription of a sound lies in the table:
 * - `TRANSCRIPTION#<name>` / `JOB`: the `Transcription` as JSON in `record`, its `version`, and while it
 *   is due some time `listing` (`TRANSCRIPTIONS#<shard>`) and `listingOrder` (`dueAt`);
 * - `TRANSCRIPTION#<name>` / `FOR#<hash of message and revision>`: a `Note` as JSON in `note`: a message
 *   that the transcript is for;
 * - `NOTED#<key of the message's item>` / `<name>#<sort key of the note>`: by which the message's notes are
 *   found. Written before the note.
 */
export function transcriptionKey(name: string): string {
  return `TRANSCRIPTION#${name}`;
}

/** See `transcriptionKey`. */
export const transcriptionSortKey = 'JOB';

/** See `transcriptionKey`. How the sort key of every note begins. */
export const notePrefix = 'FOR#';

/** See `transcriptionKey`. */
export function notedKey(messageKey: string): string {
  return `NOTED#${messageKey}`;
}

/** See `transcriptionKey`. */
export function notedSortKey(name: string, noteSortKey: string): string {
  return `${name}#${noteSortKey}`;
}

/** Reads the sort key of what leads from a message to a note. */
export function noteOfSortKey(sk: string): { name: string; noteSortKey: string } {
  const end = sk.indexOf('#');
  return { name: sk.slice(0, end), noteSortKey: sk.slice(end + 1) };
}
