import * as z from 'zod/mini';

/** What `deliver-events` is configured with. */
export const deliverEventsEnvSchema = z.object({
  INBOX_EVENTS_QUEUE_URL: z.url(),
  INBOX_HISTORY_QUEUE_URL: z.url(),
  /** Where events are posted. */
  EVENTS_ENDPOINT: z.url(),
  /** Where imported history is posted. */
  HISTORY_ENDPOINT: z.url(),
  EVENTS_SECRET_ARN: z.string().check(z.startsWith('arn:')),
});

/** The variables as infra has to set them. */
export type DeliverEventsEnv = z.input<typeof deliverEventsEnvSchema>;
