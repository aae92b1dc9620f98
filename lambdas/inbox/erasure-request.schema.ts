import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';

/** Whom to erase: by the conversation, or by phone or BSUID, at one business number or at all. */
const contactSchema = z
  .strictObject({
    phoneNumberId: z
      .string()
      .regex(/^\d{1,32}$/, 'must be digits')
      .optional(),
    conversationId: z.string().min(1).max(128).optional(),
    /** E.164. */
    phone: z
      .string()
      .regex(/^\+?\d{5,20}$/, 'must be a phone number in E.164')
      .optional(),
    /** Meta's business-scoped user id (BSUID). */
    userId: z.string().min(1).max(512).optional(),
  })
  .check(({ value: { phoneNumberId, conversationId, phone, userId }, issues }) => {
    const wrong = (path: string, message: string) =>
      issues.push({ code: 'custom', path: [path], message, input: path });
    if ([conversationId, phone, userId].filter((id) => id !== undefined).length !== 1) {
      wrong('conversationId', 'give exactly one of conversationId, phone and userId');
    }
    if (conversationId !== undefined && phoneNumberId !== undefined) {
      wrong('phoneNumberId', 'goes with a phone or a userId');
    }
  });

/** Whom to erase. */
export type ErasedContact = z.output<typeof contactSchema>;

/** POST `/whatsapp-erasure`: one person, or all that an organisation has. */
export const erasureRequestSchema = z
  .strictObject({
    organizationId: organizationIdSchema,
    contact: contactSchema.optional(),
    all: z.literal(true).optional(),
    /** The organisation's id once more. */
    confirm: z.string().optional(),
  })
  .check(({ value: { organizationId, contact, all, confirm }, issues }) => {
    const wrong = (path: string, message: string) =>
      issues.push({ code: 'custom', path: [path], message, input: path });
    if ((contact === undefined) === (all === undefined)) {
      wrong('contact', 'give either a contact or all');
    }
    if (all && confirm !== organizationId) {
      wrong('confirm', 'must repeat the organizationId: everything is erased');
    }
    if (!all && confirm !== undefined) {
      wrong('confirm', 'goes with all');
    }
  });

/** What to erase. */
export type ErasureRequest = z.output<typeof erasureRequestSchema>;

/** GET `/whatsapp-erasure`. */
export const erasureQuerySchema = z.strictObject({
  organizationId: organizationIdSchema,
  erasureId: z.string().min(1).max(64),
});

const instant = z.iso.datetime({ precision: 3 });

/** What was erased so far. */
export const erasureCountsSchema = z.strictObject({
  conversations: z.int().min(0),
  /** Messages and other events. */
  messages: z.int().min(0),
  /** Records of sends. */
  sends: z.int().min(0),
  /** Files, and what was made of them. */
  files: z.int().min(0),
});

/** What an erasure does not reach, and where it therefore stays for a while. */
export const remainderSchema = z.strictObject({
  /** Open: words may be added. */
  what: z.string(),
  /** By when it is gone by itself. */
  until: instant,
});

/** The answer of POST and GET `/whatsapp-erasure`. */
export const erasureAnswerSchema = z.strictObject({
  organizationId: z.string(),
  erasureId: z.string(),
  /** `running` until nothing that was under way can bring anything back. */
  status: z.enum(['requested', 'running', 'done']),
  counts: erasureCountsSchema,
  remains: z.array(remainderSchema),
  requestedAt: instant,
  updatedAt: instant,
  doneAt: instant.optional(),
});

/** How an erasure stands. */
export type ErasureAnswer = z.output<typeof erasureAnswerSchema>;
