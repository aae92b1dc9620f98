import * as z from 'zod/mini';

/** What `whatsapp-get-templates` and `whatsapp-templates` are configured with. */
export const templatesEnvSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  APP_SECRET_ARN: z.string().check(z.startsWith('arn:')),
  TOKEN_KEY_ARN: z.string().check(z.startsWith('arn:')),
  GRAPH_URL: z.url(),
  GRAPH_VERSION: z.string().check(z.regex(/^v\d+\.\d+$/)),
  /** The claim of a caller's token that lists its organisations; absent where callers sign (IAM). */
  ORGANIZATIONS_CLAIM: z.exactOptional(z.string().check(z.minLength(1))),
});

/** The variables as infra has to set them. */
export type TemplatesEnv = z.input<typeof templatesEnvSchema>;
