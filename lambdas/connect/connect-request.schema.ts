import * as z from 'zod';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';

const organizationId = organizationIdSchema;
/** Meta's ids become a part of an address. */
const metaId = z.string().regex(/^\d{1,32}$/, 'must be an id of Meta: digits');
const state = z.string().regex(/^[\w-]{43}$/, 'is not a state of POST /wa-es-start');
/** Nobody sees it from here on. */
const secret = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[\x21-\x7e]+$/, 'must be printable ASCII')
    .transform((value) => new AccessToken(value));
const pin = z
  .string()
  .regex(/^\d{6}$/, 'must be six digits')
  .transform((value) => new AccessToken(value));

/** The body of POST `/wa-es-start`. */
export const startSchema = z.strictObject({
  organizationId,
  /** Who signs up, in the inbox backend's own name. */
  userId: z.string().regex(/^[\x21-\x7e]{1,128}$/),
  /** The page to return to, of the redirect flow; absent for the popup. */
  redirectUri: z.string().max(2048).optional(),
});

/**
 * The body of POST `/wa-es-callback`. `sessionInfo` is the `data` of the popup's message, or all of it.
 * Source: Meta, "Embedded Signup: implementation", Session logging message event listener.
 */
export const callbackSchema = z.strictObject({
  organizationId,
  state,
  code: secret(2048),
  sessionInfo: z
    .looseObject({
      waba_id: metaId.optional(),
      data: z.looseObject({ waba_id: metaId.optional() }).optional(),
    })
    .optional(),
});

/** The query of GET `/wa-es-callback`. Source: Facebook Login, "Manually build a login flow". */
export const redirectQuerySchema = z.object({
  state,
  code: secret(2048).optional(),
});

/** The body of POST `/wa-es-callback/resume`. */
export const resumeSchema = z.strictObject({
  organizationId,
  wabaId: metaId.optional(),
  pin: pin.optional(),
  clearOverrides: z.boolean().optional(),
});

/** The body of POST `/save-whatsapp-credentials`. */
export const saveSchema = z.strictObject({
  organizationId,
  wabaId: metaId,
  accessToken: secret(4096),
  phoneNumberIds: z.array(metaId).min(1).max(100).optional(),
});

/** The query of GET `/save-whatsapp-credentials`. */
export const listQuerySchema = z.strictObject({
  organizationId,
  limit: z.coerce.number().pipe(z.int().min(1).max(100)).default(25),
  cursor: metaId.optional(),
  source: z.enum(['live', 'stored']).default('stored'),
});

/** The body of DELETE `/save-whatsapp-credentials`. */
export const disconnectSchema = z.strictObject({ organizationId, wabaId: metaId });
