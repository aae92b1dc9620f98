import * as z from 'zod/mini';

const prefix = 'whsec_';

const base64 = /^whsec_(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** 24 to 64 bytes. Source: Standard Webhooks, "Signature scheme". */
function isLongEnough(secret: string): boolean {
  const { length } = Buffer.from(secret.slice(prefix.length), 'base64');
  return length >= 24 && length <= 64;
}

/** The secret's JSON: one to three, so that one can be rotated without a gap. */
export const signingSecretsSchema = z.object({
  secrets: z
    .array(z.string().check(z.regex(base64), z.refine(isLongEnough)))
    .check(z.minLength(1), z.maxLength(3)),
});

/** What webhooks to the inbox backend are signed with: each with all. */
export type SigningSecrets = z.output<typeof signingSecretsSchema>;
