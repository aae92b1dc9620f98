import * as z from 'zod/mini';

/** What `drain` is configured with. */
export const drainEnvSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  WEBHOOK_EVENTS_QUEUE_URL: z.string().check(z.minLength(1)),
});

/** The variables as infra has to set them. */
export type DrainEnv = z.input<typeof drainEnvSchema>;
