import * as z from 'zod';
import { organizationIdSchema } from '../organization-id.schema.ts';

/** RFC 3339 UTC with milliseconds. */
const instant = z.iso.datetime({ precision: 3 });

/** The person (in a group: the participant) that an event is about. Every field may be missing. */
export const contactSchema = z.strictObject({
  /** E.164 with `+`. */
  phone: z
    .string()
    .regex(/^\+\d{5,20}$/)
    .optional(),
  waId: z.string().optional(),
  /** Meta's business-scoped user id (BSUID). */
  userId: z.string().optional(),
  parentUserId: z.string().optional(),
  username: z.string().optional(),
  name: z.string().optional(),
});

/** The person that an event is about. */
export type Contact = z.output<typeof contactSchema>;

const envelope = {
  schemaVersion: z.literal(1),
  /** The same for every repeat of the same event. */
  eventId: z.string().min(1).max(128),
  /** Meta's time. */
  occurredAt: instant,
  /** Ours. */
  receivedAt: instant,
  /** Sorts a conversation: Meta's time, then arrival, then the position in the webhook. */
  orderKey: z.string().min(1),
  organizationId: organizationIdSchema,
  wabaId: z.string().optional(),
  phoneNumberId: z.string().optional(),
  conversationId: z.string().optional(),
  contact: contactSchema.optional(),
};

const pendingMediaSchema = z.strictObject({
  state: z.literal('pending'),
  kind: z.enum(['image', 'video', 'audio', 'document', 'sticker']),
  mimeType: z.string(),
  voice: z.boolean().optional(),
  filename: z.string().optional(),
});

/** A file that a message refers to and that is not in S3 yet. */
export type PendingMedia = z.output<typeof pendingMediaSchema>;

const messageReceivedSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.received'),
  /** Meta's own object, untouched. */
  message: z.looseObject({ id: z.string() }),
  media: pendingMediaSchema.optional(),
  /** The customer service window that this message opened. */
  window: z.strictObject({ expiresAt: instant }),
});

const messageReactionSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.reaction'),
  messageId: z.string(),
  targetMessageId: z.string(),
  /** null where the reaction was taken back. */
  emoji: z.string().nullable(),
  direction: z.enum(['inbound', 'outbound']),
});

const statusErrorSchema = z.strictObject({
  code: z.number(),
  title: z.string().optional(),
  details: z.string().optional(),
});

/** The statuses that rank, and when each was reached. */
const timestampsSchema = z.strictObject({
  sent: instant.optional(),
  delivered: instant.optional(),
  read: instant.optional(),
  played: instant.optional(),
  failed: instant.optional(),
});

const messageStatusSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.status'),
  messageId: z.string(),
  /** What all statuses so far amount to. Open: Meta may add words. */
  status: z.string(),
  /** The status that this event adds. */
  changed: z.string(),
  timestamps: timestampsSchema,
  /** Whose status it is, in a group. */
  participant: contactSchema.optional(),
  /** Meta's own object. */
  pricing: z.looseObject({}).optional(),
  error: statusErrorSchema.optional(),
});

const webhookUnrecognisedSchema = z.strictObject({
  ...envelope,
  type: z.literal('webhook.unrecognised'),
  /** The webhook field it came in; "" where Meta sent none. */
  field: z.string(),
  reason: z.enum(['not-supported', 'malformed', 'too-large']),
  /** The object in the raw bucket that holds the element with its surroundings, as JSON. */
  raw: z.strictObject({ bucket: z.string(), key: z.string() }),
});

/** Everything that the inbox backend is told, strictly as the contract has it. */
export const inboxEventSchema = z.discriminatedUnion('type', [
  messageReceivedSchema,
  messageReactionSchema,
  messageStatusSchema,
  webhookUnrecognisedSchema,
]);

/** One thing that the inbox backend is told. */
export type InboxEvent = z.output<typeof inboxEventSchema>;

/** Larger events are published as `webhook.unrecognised`, in bytes: an item holds 400 KB, a batch 1 MiB. */
export const maxEventBytes = 256 * 1024;

/** Sorts events of one conversation: Meta's seconds are equal more often than not. */
export function orderKeyOf(occurredAt: string, receivedAt: string, position: number): string {
  return `${occurredAt}/${receivedAt}/${String(position).padStart(6, '0')}`;
}
