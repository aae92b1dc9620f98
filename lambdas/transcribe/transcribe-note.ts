import type { TranscribeJob } from '../../shared/media/media-record.schema.ts';
import type { Remuxed } from '../../shared/media/remux.ts';
import { retentionTag } from '../../shared/settings/retention.ts';
import type { Settings } from '../../shared/settings/settings.schema.ts';
import { conclude, type EndPorts, isOver, spokenOf, tellFailed, tellOf } from './conclude.ts';
import { languagePlan } from './language-plan.ts';
import { isBareAac, mediaFormat } from './media-format.ts';
import { soundDurationMs } from './sound-duration.ts';
import { jobName, outputKey, remuxedKey, transcriptionName } from './transcribe-names.ts';
import type { MediaFormat, Note, Transcription } from './transcription.schema.ts';
import type { StoredTranscription } from './transcriptions.port.ts';

/** What transcribing needs from outside. */
export interface TranscribePorts extends EndPorts {
  /** See `transcriptionName`. */
  jobNamePrefix: string;
  /** Brings bare AAC into a container that Transcribe takes. */
  toTranscribable(bytes: Uint8Array): Promise<Remuxed>;
}

/** A job that is running is looked at after this time, in ms: Transcribe's event may be lost. */
const firstLookMs = 10 * 60_000;

/** Endings that say nothing of the sound: another try may end otherwise. */
const passingReasons: readonly (string | undefined)[] = ['failed', 'timed-out'];

/**
 * Sees to it that a message gets its transcript: starts the job that writes it down, or joins one that
 * writes down the same sound, or takes over what such a job has found. Again, it changes nothing.
 * An organisation that has transcription switched off gets only what somebody asks for (revision 1
 * and later), and is told nothing else.
 * @throws what has to be tried again
 */
export async function transcribeNote(job: TranscribeJob, ports: TranscribePorts): Promise<void> {
  const { message, revision } = job;
  const note: Note = { message, revision };
  const chosen = await ports.settings.read(message.organizationId);
  const { transcription: settings } = chosen;
  if (revision === 0 && !settings.enabled) {
    return;
  }
  if (!(await ports.transcriptions.isWanted(note))) {
    return;
  }
  const sound = await soundOf(job, retentionTag(chosen), ports);
  if (!sound) {
    await tellFailed(note, 'unsupported-format', ports);
    return;
  }
  const plan = languagePlan(settings, job.languages);
  const name = transcriptionName(ports.jobNamePrefix, message.organizationId, job.sha256, plan);
  // The note before the look: whoever ends the transcription after this look finds the note.
  const isNew = await ports.transcriptions.addNote(name, note);
  const found = await ports.transcriptions.find(name);
  const stored = found ?? (await begun(message, { ...sound, name, plan }, settings, ports));
  if (typeof stored === 'string') {
    await tellFailed(note, stored, ports);
  } else if (stored.record.state === 'STARTED') {
    await start(stored, ports);
  } else {
    await takeOver(stored, { note, key: sound.key, isNew }, ports);
  }
}

/** A sound as Transcribe can be given it. */
interface Sound {
  key: string;
  format: MediaFormat;
  sizeBytes: number;
}

/** The sound of a message: as it was stored, or repacked. @returns undefined for what Transcribe does not take */
async function soundOf(
  job: TranscribeJob,
  tag: string | undefined,
  { media, toTranscribable }: TranscribePorts,
): Promise<Sound | undefined> {
  const { key, mimeType, sizeBytes } = job;
  const format = mediaFormat(mimeType);
  if (format) {
    return { key, format, sizeBytes };
  }
  const bytes = isBareAac(mimeType) ? await media.read(key) : undefined;
  const remuxed = bytes && (await toTranscribable(bytes));
  if (!remuxed?.ok) {
    return undefined;
  }
  await media.write(remuxedKey(job), remuxed.bytes, remuxed.mimeType, tag);
  return { key: remuxedKey(job), format: 'm4a', sizeBytes: remuxed.bytes.length };
}

/** Tells a message what was found before it came; what is lost or has failed in passing is begun anew. */
async function takeOver(
  stored: StoredTranscription,
  { note, key, isNew }: { note: Note; key: string; isNew: boolean },
  ports: TranscribePorts,
): Promise<void> {
  const { state, reason, attempt, ...kept } = stored.record;
  const spoken = await spokenOf(stored.record, ports);
  const isLost = state === 'DONE' && !spoken;
  // A note that waited for this failure is told of it.
  if (!isLost && !(isNew && passingReasons.includes(reason))) {
    await tellOf(note, stored.record, spoken, ports);
    return;
  }
  const again = await ports.transcriptions.replace(stored, {
    // The message that the sound came with first may be gone.
    ...{ ...kept, key, state: 'STARTED', attempt: attempt + 1, restarts: 0 },
    ...timesOf(ports.now()),
  });
  if (!again) {
    throw new Error('Somebody else has begun this transcription anew');
  }
  await start(again, ports);
}

/** Begins a transcription. @returns what there is then, or why there is none */
async function begun(
  message: TranscribeJob['message'],
  { name, key, format, sizeBytes, plan }: Sound & Pick<Transcription, 'name' | 'plan'>,
  { maxSeconds, monthlyMinutes }: Settings['transcription'],
  { transcriptions, media, now }: TranscribePorts,
): Promise<StoredTranscription | string> {
  const tail = await media.tail(key, sizeBytes);
  if (!tail) {
    return 'failed';
  }
  const durationMs = soundDurationMs(format, sizeBytes, tail);
  const seconds = Math.ceil(durationMs / 1000);
  if (seconds > maxSeconds) {
    return 'too-long';
  }
  const created = await transcriptions.create(
    {
      ...{ name, organizationId: message.organizationId, key, format, plan, durationMs },
      ...{ state: 'STARTED', attempt: 1, restarts: 0, ...timesOf(now()) },
    },
    { seconds, capSeconds: monthlyMinutes === null ? null : monthlyMinutes * 60 },
  );
  return created === 'exists' ? existing(name, { transcriptions }) : created;
}

async function existing(
  name: string,
  { transcriptions }: Pick<TranscribePorts, 'transcriptions'>,
): Promise<StoredTranscription> {
  const stored = await transcriptions.find(name);
  if (!stored) {
    throw new Error('A transcription that was there is gone');
  }
  return stored;
}

function timesOf(now: Date) {
  return {
    startedAt: now.toISOString(),
    dueAt: new Date(now.getTime() + firstLookMs).toISOString(),
  };
}

/** Starts a job, however often: Transcribe takes its name once. */
async function start(stored: StoredTranscription, ports: TranscribePorts): Promise<void> {
  const name = jobName(stored.record);
  const started = await startJob(stored.record, ports);
  if (started === 'refused') {
    await conclude(stored, { status: 'FAILED', reason: 'unsupported-format' }, ports);
  } else if (started === 'exists') {
    // It may have ended long ago, and its event with it.
    const seen = await ports.transcriber.look(name);
    if (isOver(seen)) {
      await conclude(stored, seen, ports);
    }
  }
}

/** Hands a transcription's latest job to Transcribe. */
export async function startJob(
  record: Transcription,
  { transcriber }: Pick<TranscribePorts, 'transcriber'>,
): Promise<'started' | 'exists' | 'refused'> {
  const { key, format, plan } = record;
  return transcriber.start({
    ...{ jobName: jobName(record), key, format, plan, outputKey: outputKey(record) },
  });
}
