import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** The same sound in another container, or why there is none: a clause for a sentence about the file. */
export type Remuxed =
  | { ok: true; bytes: Uint8Array<ArrayBuffer>; mimeType: string }
  | { ok: false; problem: string };

/** What the sound is to become: `voiceMessage` is Ogg with Opus for Meta, `transcribable` is MP4 with AAC. */
export type ConversionName = 'voiceMessage' | 'transcribable';

/** What `remux-worker.ts` is given. */
export interface RemuxTask {
  bytes: Uint8Array;
  to: ConversionName;
}

/** Half an hour of sound takes some 3 s on a whole core. */
const defaultLimitMs = 8000;

/** A browser's recording (WebM with Opus) as the Ogg that Meta takes for a voice message. */
export function toVoiceMessage(bytes: Uint8Array, limitMs = defaultLimitMs): Promise<Remuxed> {
  return remux({ bytes, to: 'voiceMessage' }, limitMs);
}

/** Bare AAC in an MP4 container, which Transcribe reads. */
export function toTranscribable(bytes: Uint8Array, limitMs = defaultLimitMs): Promise<Remuxed> {
  return remux({ bytes, to: 'transcribable' }, limitMs);
}

/**
 * In a thread of its own, with a limit of time: a demultiplexer can loop for ever over a damaged file,
 * which would hold the function until its own timeout.
 */
async function remux(workerData: RemuxTask, limitMs: number): Promise<Remuxed> {
  const source = `./remux-worker${path.extname(import.meta.url)}`;
  const worker = new Worker(new URL(source, import.meta.url), { workerData });
  const signal = AbortSignal.timeout(limitMs);
  try {
    const [remuxed] = await once(worker, 'message', { signal });
    return remuxed;
  } catch (error) {
    if (signal.aborted) {
      return { ok: false, problem: 'cannot be repacked in time: it is damaged or too long' };
    }
    throw error;
  } finally {
    await worker.terminate();
  }
}
