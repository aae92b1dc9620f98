import * as z from 'zod';
import { messageReferenceSchema } from '../../shared/media/media-record.schema.ts';

/** The languages that are used of Transcribe's. Source: Transcribe Developer Guide, "Supported languages". */
const languageSchema = z.enum([
  ...['ar-SA', 'ar-AE'],
  ...['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-IE', 'en-ZA', 'en-NZ', 'en-AB', 'en-WL'],
] as const);

/**
 * What Transcribe is told of a sound's language: `given` is the one language; `identified` is one of
 * several; `mixed` are several in turn.
 */
export const languagePlanSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('given'), language: languageSchema }),
  z.strictObject({
    mode: z.enum(['identified', 'mixed']),
    languages: z.tuple([languageSchema, languageSchema]),
  }),
]);

/** What Transcribe is told of a sound's language. */
export type LanguagePlan = z.output<typeof languagePlanSchema>;

/** What Transcribe takes. Source: Transcribe API Reference, StartTranscriptionJob, `MediaFormat`. */
export const mediaFormatSchema = z.enum([
  ...['ogg', 'mp3', 'mp4', 'm4a', 'webm', 'wav', 'amr', 'flac'],
] as const);

/** A format that Transcribe takes. */
export type MediaFormat = z.output<typeof mediaFormatSchema>;

/** One sound of one organisation that is written down by one plan. */
export const transcriptionSchema = z.strictObject({
  /** What the names of its jobs begin with. */
  name: z.string(),
  organizationId: z.string(),
  /** In the media bucket. */
  key: z.string(),
  format: mediaFormatSchema,
  plan: languagePlanSchema,
  /** Of the sound, in ms; an estimate for some formats. */
  durationMs: z.int().min(0),
  /** STARTED: to be started, or started. */
  state: z.enum(['STARTED', 'DONE', 'FAILED']),
  /** When the latest attempt was begun. */
  startedAt: z.string(),
  /** Counts the jobs: Transcribe takes each name once. */
  attempt: z.int().min(1),
  /** How often the latest attempt's job was not there and was started again. */
  restarts: z.int().min(0),
  /** Why it is FAILED. */
  reason: z.string().optional(),
  /** When to look at it again; none: nothing is left to be done. */
  dueAt: z.string().optional(),
});

/** One sound of one organisation that is written down by one plan. */
export type Transcription = z.output<typeof transcriptionSchema>;

/** A message that a transcript is for. */
export const noteSchema = z.strictObject({
  message: messageReferenceSchema,
  revision: z.int().min(0),
});

/** A message that a transcript is for. */
export type Note = z.output<typeof noteSchema>;
