import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));
const count = z.pipe(z.string(), z.pipe(z.transform(Number), z.int().check(z.gte(1))));

/** What `erase` is configured with. */
export const eraseEnvSchema = z.object({
  TABLE_NAME: name,
  LISTING_INDEX: name,
  CONVERSATION_INDEX: name,
  MEDIA_BUCKET: name,
  RAW_BUCKET: name,
  ERASURE_JOBS_QUEUE_URL: name,
  MESSAGE_RETENTION_DAYS: count,
  /** After this time, in seconds, nothing is under way that was when an erasure began. */
  SETTLE_SECONDS: count,
});

/** The variables as infra has to set them. */
export type EraseEnv = z.input<typeof eraseEnvSchema>;
