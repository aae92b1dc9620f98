import * as z from 'zod/mini';

const name = z.string().check(z.minLength(1));

/** What `republish` is configured with. */
export const republishEnvSchema = z.object({
  TABLE_NAME: name,
  CONVERSATION_INDEX: name,
  LISTING_INDEX: name,
  INBOX_EVENTS_QUEUE_URL: name,
  INBOX_HISTORY_QUEUE_URL: name,
  REPUBLISH_JOBS_QUEUE_URL: name,
});

/** The variables as infra has to set them. */
export type RepublishEnv = z.input<typeof republishEnvSchema>;
