import * as z from 'zod';
import { contactSchema, metaErrorSchema } from '../../shared/events/event-parts.schema.ts';
import { mediaKindSchema } from '../../shared/media/media-record.schema.ts';

const instant = z.iso.datetime({ precision: 3 });

const timestampsSchema = z.strictObject({
  sent: instant.optional(),
  delivered: instant.optional(),
  read: instant.optional(),
  played: instant.optional(),
  failed: instant.optional(),
});

/** The answer of GET `/whatsapp-conversation`. */
export const conversationAnswerSchema = z.strictObject({
  organizationId: z.string(),
  conversationId: z.string(),
  /** The business number that it is held from. */
  phoneNumberId: z.string().optional(),
  /** Of a group, in place of a contact. */
  groupId: z.string().optional(),
  /** What was said last of each. */
  contact: contactSchema,
  window: z.strictObject({
    /** `expiresAt` is certain. Else it is the latest that it can be, and absent where nobody knows. */
    known: z.boolean(),
    expiresAt: instant.optional(),
  }),
  marketing: z.strictObject({
    optedOut: z.boolean(),
    /** When the person has said so, or the contrary; absent where they have said nothing. */
    at: instant.optional(),
  }),
});

/** What is told of a conversation. */
export type ConversationAnswer = z.output<typeof conversationAnswerSchema>;

/** Where a message's file is, and the path and query of the API that answers a link to it. */
const mediaSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('pending'),
    kind: mediaKindSchema,
    /** What the sender called it. */
    mimeType: z.string(),
    filename: z.string().optional(),
  }),
  z.strictObject({
    state: z.literal('stored'),
    kind: mediaKindSchema,
    mimeType: z.string(),
    sizeBytes: z.int().min(0),
    /** Hexadecimal. */
    sha256: z.string(),
    filename: z.string().optional(),
    link: z.string(),
  }),
  z.strictObject({ state: z.literal('failed'), kind: mediaKindSchema, reason: z.string() }),
]);

/** The newest transcript; `failed` only where there is none. */
const transcriptSchema = z.discriminatedUnion('state', [
  z.strictObject({
    state: z.literal('ready'),
    revision: z.int().min(0),
    text: z.string(),
    /** BCP 47. */
    language: z.string(),
    /** 0 to 1. */
    confidence: z.number(),
    lowConfidence: z.boolean(),
    durationMs: z.int().min(0),
  }),
  z.strictObject({ state: z.literal('failed'), revision: z.int().min(0), reason: z.string() }),
]);

/** One entry of a conversation, as far as its event and what became of it say. */
export const messageEntrySchema = z.strictObject({
  /** The type of its event; `message.sent` where it was sent through this system. */
  type: z.enum([
    ...(['message.received', 'message.sent', 'message.echoed', 'message.observed'] as const),
    ...(['message.imported', 'message.reaction', 'message.edited', 'message.revoked'] as const),
  ]),
  messageId: z.string(),
  direction: z.enum(['inbound', 'outbound']),
  occurredAt: instant,
  receivedAt: instant,
  orderKey: z.string(),
  phoneNumberId: z.string().optional(),
  contact: contactSchema.optional(),
  /** Meta's own object. */
  message: z.looseObject({}).optional(),
  /** What a completed flow says, parsed. */
  parsed: z.unknown().optional(),
  /** Of a reaction. */
  targetMessageId: z.string().optional(),
  emoji: z.string().nullable().optional(),
  /** Of an edit or a revocation. */
  originalMessageId: z.string().optional(),
  sendId: z.string().optional(),
  clientReference: z.string().optional(),
  /** Of what was sent: what all statuses amount to, `accepted` before the first. Open. */
  status: z.string().optional(),
  timestamps: timestampsSchema.optional(),
  error: metaErrorSchema.optional(),
  media: mediaSchema.optional(),
  transcript: transcriptSchema.optional(),
});

/** One entry of a conversation. */
export type MessageEntry = z.output<typeof messageEntrySchema>;

/** The answer of GET `/whatsapp-messages`, newest first. */
export const messagesAnswerSchema = z.strictObject({
  data: z.array(messageEntrySchema),
  nextCursor: z.string().optional(),
});

/** A page of a conversation. */
export type MessagesAnswer = z.output<typeof messagesAnswerSchema>;
