import * as z from 'zod/mini';

/** What `whatsapp-inbox` is configured with. */
export const whatsappInboxEnvSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** The stage's, in days: no organisation can have more. */
  MESSAGE_RETENTION_DAYS: z.pipe(z.string(), z.pipe(z.transform(Number), z.int().check(z.gte(30)))),
  APP_SECRET_ARN: z.string().check(z.startsWith('arn:')),
  TOKEN_KEY_ARN: z.string().check(z.startsWith('arn:')),
  GRAPH_URL: z.url(),
  GRAPH_VERSION: z.string().check(z.regex(/^v\d+\.\d+$/)),
  /** The Meta app's id. */
  APP_ID: z.string().check(z.regex(/^\d+$/)),
  /** The callback URL that the Meta app's webhooks go to. */
  WEBHOOK_URL: z.url(),
  WEBHOOK_EVENTS_QUEUE_URL: z.url(),
  SEND_REQUESTS_QUEUE_URL: z.url(),
  BULK_REQUESTS_QUEUE_URL: z.url(),
  MEDIA_JOBS_QUEUE_URL: z.url(),
  TRANSCRIBE_JOBS_QUEUE_URL: z.url(),
  INBOX_EVENTS_QUEUE_URL: z.url(),
  INBOX_HISTORY_QUEUE_URL: z.url(),
  /** The index over `conversationId` and `orderKey`. */
  CONVERSATION_INDEX: z.string().check(z.minLength(3)),
  REPUBLISH_JOBS_QUEUE_URL: z.url(),
  ERASURE_JOBS_QUEUE_URL: z.url(),
  /** The claim of a caller's token that lists its organisations; absent where callers sign (IAM). */
  ORGANIZATIONS_CLAIM: z.exactOptional(z.string().check(z.minLength(1))),
});

/** The variables as infra has to set them. */
export type WhatsappInboxEnv = z.input<typeof whatsappInboxEnvSchema>;
