import * as z from 'zod';

/** Why there is no transcript. Words are added, never changed; docs/media-reasons.md has them. */
export const transcriptFailureReasons = [
  'disabled',
  'cap-reached',
  'too-long',
  'unsupported-format',
  'no-speech',
  'timed-out',
  'failed',
] as const;

/** One revision of what a voice note says, attribute `transcript:<revision>` of its message's item. Written once. */
export const transcriptSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('READY'),
    revision: z.int().min(0),
    at: z.string(),
    text: z.string(),
    language: z.string(),
    confidence: z.number(),
    lowConfidence: z.boolean(),
    durationMs: z.int().min(0),
    /** In the media bucket: each word's time, as Transcribe gave it. */
    wordsKey: z.string(),
  }),
  z.strictObject({
    state: z.literal('FAILED'),
    revision: z.int().min(0),
    at: z.string(),
    reason: z.string(),
  }),
]);

/** One revision of what a voice note says. */
export type Transcript = z.output<typeof transcriptSchema>;

/** Somebody's wish for another revision, attribute `transcribe:<revision>`. Written once. */
export const transcribeRequestSchema = z.strictObject({
  revision: z.int().min(1),
  languages: z.enum(['ar', 'en', 'mixed', 'auto']),
  at: z.string(),
});

/** Somebody's wish for another revision. */
export type TranscribeRequest = z.output<typeof transcribeRequestSchema>;
