import type { LanguagePlan, MediaFormat } from './transcription.schema.ts';

/** A job as Transcribe is asked for it. */
export interface TranscriptionOrder {
  jobName: string;
  /** In the media bucket, as is `outputKey`. */
  key: string;
  format: MediaFormat;
  plan: LanguagePlan;
  outputKey: string;
}

/** What Transcribe says of a job. */
export interface SeenJob {
  /** QUEUED, IN_PROGRESS, COMPLETED, FAILED; open. */
  status: string;
  /** When it began to work on it, as a date. */
  startedAt?: string | undefined;
  failureReason?: string | undefined;
}

/** Amazon Transcribe. */
export interface Transcriber {
  /**
   * Starts a job. `exists`: a job of this name was started before. `refused`: it will never take this sound.
   * @throws where it has to be tried again, also while Transcribe has too much to do
   */
  start(order: TranscriptionOrder): Promise<'started' | 'exists' | 'refused'>;
  /** What became of a job; undefined where there is none of this name. */
  look(jobName: string): Promise<SeenJob | undefined>;
}
