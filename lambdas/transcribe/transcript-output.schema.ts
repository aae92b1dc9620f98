import * as z from 'zod';

const numeric = z.coerce.number().optional().catch(undefined);

/** Transcribe takes 4 hours at most; in seconds. */
const time = z.coerce
  .number()
  .min(0)
  .max(5 * 60 * 60)
  .optional()
  .catch(undefined);

const itemSchema = z.object({
  type: z.string().optional().catch(undefined),
  start_time: time,
  end_time: time,
  alternatives: z.array(z.object({ confidence: numeric })).catch([]),
});

/** What is used of Transcribe's output. Source: Transcribe Developer Guide, "Data input and output". */
export const transcriptOutputSchema = z.object({
  results: z.object({
    transcripts: z.array(z.object({ transcript: z.string() })),
    items: z.array(itemSchema).catch([]),
    language_code: z.string().optional().catch(undefined),
    /** With IdentifyLanguage: how sure it is of each. */
    language_identification: z
      .array(z.object({ code: z.string(), score: z.coerce.number() }))
      .catch([]),
    /** With IdentifyMultipleLanguages: how long each was spoken. */
    language_codes: z
      .array(z.object({ language_code: z.string(), duration_in_seconds: z.coerce.number() }))
      .catch([]),
  }),
});

/** What is used of Transcribe's output. */
export type TranscriptOutput = z.output<typeof transcriptOutputSchema>;
