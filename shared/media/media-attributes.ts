/**
 * What the media side keeps on a message's item (see `message-item.ts`), beside its event:
 * - `media`: a `MediaRecord` as JSON; `mediaVersion`: a number that each change of it adds one to;
 * - `transcript:<revision>`: a `Transcript` as JSON, each written once;
 * - `transcribe:<revision>`: a `TranscribeRequest` as JSON, each written once;
 * - `told:<what>#<revision>`: the events of these, each written with what it tells of.
 */
export const mediaAttribute = 'media';

/** See `mediaAttribute`. */
export const mediaVersionAttribute = 'mediaVersion';

const transcriptPrefix = 'transcript:';
const requestPrefix = 'transcribe:';

/** See `mediaAttribute`. */
export function transcriptAttribute(revision: number): string {
  return `${transcriptPrefix}${revision}`;
}

/** Tells whether an attribute holds a transcript. */
export function isTranscriptAttribute(name: string): boolean {
  return name.startsWith(transcriptPrefix);
}

/** See `mediaAttribute`. */
export function transcribeRequestAttribute(revision: number): string {
  return `${requestPrefix}${revision}`;
}

/** Tells whether an attribute holds a wish for a transcript. */
export function isTranscribeRequestAttribute(name: string): boolean {
  return name.startsWith(requestPrefix);
}

/** What a file's or transcript's event is told as: `told:` in front of it is its attribute. */
export function toldAs(
  type: 'media.stored' | 'media.failed' | 'transcript.ready' | 'transcript.failed',
  revision: number,
): string {
  return `${type}#${revision}`;
}
