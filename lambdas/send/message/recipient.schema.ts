import * as z from 'zod';
import { textSchema } from './fields.schema.ts';

/**
 * A person's phone number as people write it; comes out as `+` and digits (E.164). Without the `+` Meta
 * would put the business number's own country in front.
 * Source: Meta, "Send messages: phone number formats".
 */
const phoneSchema = z.string().transform((phone, context) => {
  const digits = /^\+?(\d{7,15})$/.exec(phone.replace(/[ ().-]/g, ''))?.[1];
  if (digits === undefined) {
    context.addIssue('must be a phone number with its country code: + and 7 to 15 digits');
    return z.NEVER;
  }
  if (digits.startsWith('0')) {
    context.addIssue('must begin with + and the country code instead of 0 or 00');
    return z.NEVER;
  }
  // In +49 (0)30 1234567 the zero is dialled only within the country.
  if (/\(\s*0\s*\)/.test(phone)) {
    context.addIssue('must be without the (0) that is dialled only within the country');
    return z.NEVER;
  }
  return `+${digits}`;
});

/** Source: Meta, "Business-scoped user IDs": a country, a dot, up to 128 alphanumerics, `ENT.` for parents. */
const bsuidSchema = z
  .string()
  .regex(
    /^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$/,
    'must be a business-scoped user id, such as US.13491208655302741918',
  );

/** The parts of a message to one person that say whom it goes to; Meta takes `to` where both are given. */
export const individualRecipient = {
  recipient_type: z.literal('individual').optional(),
  to: phoneSchema.optional(),
  recipient: bsuidSchema.optional(),
  recipient_identity_key_hash: textSchema(256).optional(),
};

/** The parts of a message to a group that say which. */
export const groupRecipient = {
  recipient_type: z.literal('group'),
  to: z.string().regex(/^\S{1,256}$/, 'must be a group id: 1 to 256 characters without spaces'),
};
