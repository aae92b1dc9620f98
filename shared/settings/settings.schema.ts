import * as z from 'zod';

/** Which languages a voice note may be in: one, a mixture of both, or whichever it is. */
export const languagesSchema = z.enum(['ar', 'en', 'mixed', 'auto']);

/** Days that an organisation may choose. The media bucket has a lifecycle rule for the files of each. */
export const retentionChoices = [30, 60, 90, 180, 365] as const;

/** What an organisation decides for itself; item `ORG#<organisation>` / `SETTINGS`, attribute `settings`. */
export const settingsSchema = z.strictObject({
  transcription: z
    .strictObject({
      enabled: z.boolean().default(true),
      languages: languagesSchema.default('auto'),
      /** Which Arabic. A mixture is always taken for `ar-AE`: Transcribe mixes no other. */
      arabic: z.enum(['ar-SA', 'ar-AE']).default('ar-SA'),
      english: z
        .enum(['en-US', 'en-GB', 'en-AU', 'en-IN', 'en-IE', 'en-ZA', 'en-NZ', 'en-AB', 'en-WL'])
        .default('en-US'),
      /** Longer voice notes are left alone, in seconds. */
      maxSeconds: z
        .int()
        .min(1)
        .max(4 * 60 * 60)
        .default(15 * 60),
      /** What is transcribed in a calendar month (UTC) at most, in minutes; null: no cap. */
      monthlyMinutes: z.int().min(0).nullable().default(null),
    })
    .prefault({}),
  historyImport: z.strictObject({ enabled: z.boolean().default(true) }).prefault({}),
  retention: z
    .strictObject({ messageDays: z.literal(retentionChoices).nullable().default(null) })
    .prefault({}),
});

/** What an organisation decides for itself. */
export type Settings = z.output<typeof settingsSchema>;

/** What holds where an organisation has decided nothing. */
export const defaultSettings: Settings = settingsSchema.parse({});
