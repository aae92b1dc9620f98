import * as z from 'zod/mini';

/** What `normalise` is configured with. */
export const normaliseEnvSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** The table's index, by which open sends are found. */
  LISTING_INDEX: z.string().check(z.minLength(1)),
  WEBHOOK_EVENTS_QUEUE_URL: z.string().check(z.minLength(1)),
  ARCHIVE_STREAM_NAME: z.string().check(z.minLength(1)),
  RAW_BUCKET: z.string().check(z.minLength(1)),
  /** Days; below 30 a late repeat of a webhook could outlive the record that dedupes it. */
  MESSAGE_RETENTION_DAYS: z.pipe(z.string(), z.pipe(z.transform(Number), z.int().check(z.gte(30)))),
});

/** The variables as infra has to set them. */
export type NormaliseEnv = z.input<typeof normaliseEnvSchema>;
