import * as z from 'zod/mini';

/** What `whatsapp-media` is configured with. */
export const whatsappMediaEnvSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  MEDIA_BUCKET: z.string().check(z.minLength(3)),
  /** The claim of a caller's token that lists its organisations; absent where callers sign (IAM). */
  ORGANIZATIONS_CLAIM: z.exactOptional(z.string().check(z.minLength(1))),
});

/** The variables as infra has to set them. */
export type WhatsappMediaEnv = z.input<typeof whatsappMediaEnvSchema>;
