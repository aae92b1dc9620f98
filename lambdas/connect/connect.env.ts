import * as z from 'zod/mini';

/** What is configured wherever organisations are connected. */
const connectVariables = {
  TABLE_NAME: z.string().check(z.minLength(3)),
  APP_SECRET_ARN: z.string().check(z.startsWith('arn:')),
  TOKEN_KEY_ARN: z.string().check(z.startsWith('arn:')),
  GRAPH_URL: z.url(),
  GRAPH_VERSION: z.string().check(z.regex(/^v\d+\.\d+$/)),
  /** The Meta app's id. */
  APP_ID: z.string().check(z.regex(/^\d+$/)),
  /** The callback URL that the Meta app's webhooks go to. */
  WEBHOOK_URL: z.url(),
  /** The claim of a caller's token that lists its organisations; absent where callers sign (IAM). */
  ORGANIZATIONS_CLAIM: z.exactOptional(z.string().check(z.minLength(1))),
};

/** What `save-whatsapp-credentials` is configured with. */
export const saveCredentialsEnvSchema = z.object(connectVariables);

/** The variables as infra has to set them. */
export type SaveCredentialsEnv = z.input<typeof saveCredentialsEnvSchema>;

/** What `wa-es-callback` is configured with. */
export const signupEnvSchema = z.object({
  ...connectVariables,
  /** Of Facebook Login for Business. */
  SIGNUP_CONFIGURATION_ID: z.string().check(z.regex(/^\d+$/)),
  /** Where Meta's login dialog is. */
  SIGNUP_DIALOG_URL: z.url(),
  /** The public address of GET `/wa-es-callback`, as the Meta app lists it. */
  SIGNUP_CALLBACK_URL: z.url(),
  /** The public address of GET `/wa-data-deletion`. */
  DATA_DELETION_URL: z.url(),
  /** The pages that a browser may be sent to after signing up, with spaces between them; may be empty. */
  SIGNUP_REDIRECT_URIS: z.string(),
});

/** The variables as infra has to set them. */
export type SignupEnv = z.input<typeof signupEnvSchema>;
