import * as z from 'zod/mini';

/** What is configured wherever sends are made or told of. */
export const sendingVariables = {
  TABLE_NAME: z.string().check(z.minLength(3)),
  LISTING_INDEX: z.string().check(z.minLength(3)),
  APP_SECRET_ARN: z.string().check(z.startsWith('arn:')),
  TOKEN_KEY_ARN: z.string().check(z.startsWith('arn:')),
  GRAPH_URL: z.url(),
  GRAPH_VERSION: z.string().check(z.regex(/^v\d+\.\d+$/)),
  /** Days. */
  MESSAGE_RETENTION_DAYS: z.pipe(z.string(), z.pipe(z.transform(Number), z.int().check(z.gte(30)))),
};

/** What is configured wherever sends are queued, or taken from the queues. */
export const queueVariables = {
  SEND_REQUESTS_QUEUE_URL: z.string().check(z.minLength(1)),
  BULK_REQUESTS_QUEUE_URL: z.string().check(z.minLength(1)),
};

/** What is configured behind SendApi. */
export const apiVariables = {
  /** The claim of a caller's token that lists its organisations; absent where callers sign (IAM). */
  ORGANIZATIONS_CLAIM: z.exactOptional(z.string().check(z.minLength(1))),
};

/** What `whatsapp-send-template` and `whatsapp-send-reaction` are configured with. */
export const sendEnvSchema = z.object({ ...sendingVariables, ...queueVariables, ...apiVariables });

/** The variables as infra has to set them. */
export type SendEnv = z.input<typeof sendEnvSchema>;

/** What `whatsapp-send-message` is configured with: it also hands Meta files. */
export const sendMessageEnvSchema = z.object({
  ...sendEnvSchema.shape,
  MEDIA_BUCKET: z.string().check(z.minLength(3)),
});

/** The variables as infra has to set them. */
export type SendMessageEnv = z.input<typeof sendMessageEnvSchema>;
