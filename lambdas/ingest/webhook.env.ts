import * as z from 'zod/mini';

/** What `whatsapp-webhook` is configured with. */
export const webhookEnvSchema = z.object({
  WEBHOOK_EVENTS_QUEUE_URL: z.string().check(z.minLength(1)),
  RAW_BUCKET: z.string().check(z.minLength(1)),
  APP_SECRET_ARN: z.string().check(z.startsWith('arn:')),
});

/** The variables as infra has to set them. */
export type WebhookEnv = z.input<typeof webhookEnvSchema>;
