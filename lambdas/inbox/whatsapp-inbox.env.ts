import * as z from 'zod/mini';

/** What `whatsapp-inbox` is configured with. */
export const whatsappInboxEnvSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  /** The claim of a caller's token that lists its organisations; absent where callers sign (IAM). */
  ORGANIZATIONS_CLAIM: z.exactOptional(z.string().check(z.minLength(1))),
});

/** The variables as infra has to set them. */
export type WhatsappInboxEnv = z.input<typeof whatsappInboxEnvSchema>;
