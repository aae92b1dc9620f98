import type { Transcript, transcriptFailureReasons } from '../../shared/media/transcript.schema.ts';
import { retentionTag } from '../../shared/settings/retention.ts';
import type { SettingsTable } from '../../shared/settings/settings.port.ts';
import type { MediaBucket } from './media-bucket.port.ts';
import { outputKey } from './transcribe-names.ts';
import type { SeenJob, Transcriber } from './transcriber.port.ts';
import { transcriptEvent } from './transcript-event.ts';
import { readOutput, type Spoken } from './transcript-output.ts';
import type { Note, Transcription } from './transcription.schema.ts';
import type { StoredTranscription, Transcriptions } from './transcriptions.port.ts';

/** What ending a transcription needs from outside. */
export interface EndPorts {
  transcriptions: Transcriptions;
  transcriber: Transcriber;
  media: MediaBucket;
  settings: Pick<SettingsTable, 'read'>;
  now(): Date;
  /** Gets every transcript that a message has just got. */
  onTold(transcript: Transcript): void;
}

/** A word of the published list. */
type FailureReason = (typeof transcriptFailureReasons)[number];

/** How a job has ended; `reason` where it was not Transcribe that ended it. */
export interface JobEnd extends SeenJob {
  status: 'COMPLETED' | 'FAILED';
  reason?: FailureReason;
}

/** If the messages are not told by then, the sweep tells them, in ms. */
const tellingMs = 60_000;

/** Source: Transcribe API Reference, TranscriptionJob, `FailureReason`. */
const soundIsAtFault = /media format|sample rate|file size|channels/i;

/** Tells whether a job has ended. */
export function isOver(seen: SeenJob | undefined): seen is JobEnd {
  return seen?.status === 'COMPLETED' || seen?.status === 'FAILED';
}

/**
 * Ends a transcription and tells everybody who waits for it. Where it has changed since it was read,
 * somebody else sees to it: nothing is done.
 * @returns whether it was ended here
 */
export async function conclude(
  stored: StoredTranscription,
  end: JobEnd,
  ports: EndPorts,
): Promise<boolean> {
  const { record } = stored;
  const spoken = end.status === 'COMPLETED' ? await spokenOf(record, ports) : undefined;
  if (spoken) {
    await tagOutput(record, ports);
  }
  const reason = end.status === 'COMPLETED' ? reasonOf(spoken) : reasonOfFailure(end);
  const ended = await ports.transcriptions.replace(stored, {
    ...record,
    state: reason === undefined ? 'DONE' : 'FAILED',
    ...(reason === undefined ? {} : { reason }),
    dueAt: new Date(ports.now().getTime() + tellingMs).toISOString(),
  });
  if (ended) {
    await tellAll(ended, spoken, ports);
  }
  return ended !== undefined;
}

/** Tells everybody who waits for a transcription that has ended, also those who were told before. */
export async function tellAll(
  stored: StoredTranscription,
  spoken: Spoken | undefined,
  ports: EndPorts,
): Promise<void> {
  const { record } = stored;
  // Only after it was written that it has ended: who comes later finds that, and sees to himself.
  const notes = await ports.transcriptions.notes(record.name);
  await Promise.all(notes.map((note) => tellOf(note, record, spoken, ports)));
  const { dueAt, ...over } = record;
  if (dueAt !== undefined) {
    await ports.transcriptions.replace(stored, over);
  }
}

/** Transcribe tags nothing: what is to go before the stage's retention is written once more, with its tag. */
async function tagOutput(record: Transcription, { media, settings }: EndPorts): Promise<void> {
  const tag = retentionTag(await settings.read(record.organizationId));
  const key = outputKey(record);
  const output = tag && (await media.read(key));
  if (output) {
    await media.write(key, output, 'application/json', tag);
  }
}

/** What a transcription that is DONE has found; undefined where it has found nothing to keep. */
export async function spokenOf(
  record: Transcription,
  { media }: Pick<EndPorts, 'media'>,
): Promise<Spoken | undefined> {
  if (record.state === 'FAILED') {
    return undefined;
  }
  const output = await media.read(outputKey(record));
  return output && readOutput(output, record);
}

/** Tells one message of how a transcription has ended. */
export async function tellOf(
  note: Note,
  record: Transcription,
  spoken: Spoken | undefined,
  ports: EndPorts,
): Promise<void> {
  if (record.state === 'DONE' && spoken) {
    const at = ports.now().toISOString();
    const { revision } = note;
    const wordsKey = outputKey(record);
    await tell(note, { state: 'READY', revision, at, ...spoken, wordsKey }, ports);
  } else {
    await tellFailed(note, record.reason ?? 'failed', ports);
  }
}

/** Tells a message that it gets no transcript, and why. */
export async function tellFailed(note: Note, reason: string, ports: EndPorts): Promise<void> {
  const { revision } = note;
  await tell(note, { state: 'FAILED', revision, at: ports.now().toISOString(), reason }, ports);
}

async function tell(
  note: Note,
  transcript: Transcript,
  { transcriptions, onTold }: EndPorts,
): Promise<void> {
  if (await transcriptions.tell(note, transcript, transcriptEvent(note, transcript))) {
    onTold(transcript);
  }
}

function reasonOf(spoken: Spoken | undefined): FailureReason | undefined {
  if (!spoken) {
    return 'failed';
  }
  return spoken.text === '' ? 'no-speech' : undefined;
}

function reasonOfFailure({ reason, failureReason = '' }: JobEnd): FailureReason {
  return reason ?? (soundIsAtFault.test(failureReason) ? 'unsupported-format' : 'failed');
}
