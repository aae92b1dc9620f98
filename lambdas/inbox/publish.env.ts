import * as z from 'zod/mini';

/** What `publish` is configured with. */
export const publishEnvSchema = z.object({
  INBOX_EVENTS_QUEUE_URL: z.string().check(z.minLength(1)),
  INBOX_HISTORY_QUEUE_URL: z.string().check(z.minLength(1)),
  MEDIA_JOBS_QUEUE_URL: z.string().check(z.minLength(1)),
  TRANSCRIBE_JOBS_QUEUE_URL: z.string().check(z.minLength(1)),
  RAW_BUCKET: z.string().check(z.minLength(1)),
});

/** The variables as infra has to set them. */
export type PublishEnv = z.input<typeof publishEnvSchema>;
