import * as z from 'zod';
import { organizationIdSchema } from '../organization-id.schema.ts';
import { contactSchema, metaErrorSchema } from './event-parts.schema.ts';

/** RFC 3339 UTC with milliseconds. */
const instant = z.iso.datetime({ precision: 3 });

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

/** Meta's own object, untouched. */
const verbatim = z.looseObject({});

const direction = z.enum(['inbound', 'outbound']);

/** The customer service window that something opened. */
const openedWindow = z.strictObject({ expiresAt: instant });

const messageReceivedSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.received'),
  /** Meta's own object, untouched. */
  message: z.looseObject({ id: z.string() }),
  media: pendingMediaSchema.optional(),
  /** What a completed flow's `response_json` says, parsed. */
  parsed: z.unknown().optional(),
  window: openedWindow,
});

const messageReactionSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.reaction'),
  messageId: z.string(),
  targetMessageId: z.string(),
  /** null where the reaction was taken back. */
  emoji: z.string().nullable(),
  direction,
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
  /** Which send it was, where the message was sent through this system. */
  sendId: z.string().optional(),
  /** What the sender called it. */
  clientReference: z.string().optional(),
  /** What all statuses so far amount to. Open: Meta may add words. */
  status: z.string(),
  /** The status that this event adds. */
  changed: z.string(),
  timestamps: timestampsSchema,
  /** Whose status it is, in a group. */
  participant: contactSchema.optional(),
  pricing: verbatim.optional(),
  error: metaErrorSchema.optional(),
});

/** Where a send of ours stands. Told when it is queued, and at every end. */
const sendUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('send.updated'),
  sendId: z.string(),
  clientReference: z.string().optional(),
  /** `unknown`: nobody knows whether Meta has it, a status may tell; `unresolved`: none came in time. */
  status: z.enum(['queued', 'accepted', 'failed', 'unknown', 'unresolved', 'expired']),
  messageId: z.string().optional(),
  error: metaErrorSchema.optional(),
});

const messageEditedSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.edited'),
  messageId: z.string(),
  originalMessageId: z.string(),
  direction,
  /** The new content: Meta's `{type, <type>, context?}`. */
  message: verbatim,
});

const messageRevokedSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.revoked'),
  messageId: z.string(),
  originalMessageId: z.string(),
  direction,
});

/** What somebody typed in the phone app of the business. */
const messageEchoedSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.echoed'),
  message: z.looseObject({ id: z.string() }),
  media: pendingMediaSchema.optional(),
});

/** A copy of a message of a thread that somebody else owns: to be recorded, never to be answered. */
const messageObservedSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.observed'),
  direction,
  message: z.looseObject({ id: z.string() }),
});

/** A message from before the number was connected: silent, and in a queue of its own. */
const messageImportedSchema = z.strictObject({
  ...envelope,
  type: z.literal('message.imported'),
  direction,
  message: z.looseObject({ id: z.string() }),
  media: pendingMediaSchema.optional(),
  /** What Meta's history says became of it: `READ`, `DELIVERED`, ... */
  status: z.string().optional(),
});

const historyProgressSchema = z.strictObject({
  ...envelope,
  type: z.literal('history.progress'),
  /** 0: the last day, 1: up to 90 days, 2: up to 180 days. */
  phase: z.number().optional(),
  chunkOrder: z.number().optional(),
  percent: z.number().optional(),
  /** The owner of the number chose not to share the history. */
  declined: z.boolean(),
  error: metaErrorSchema.optional(),
});

const paymentUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('payment.updated'),
  messageId: z.string(),
  status: z.string(),
  payment: verbatim,
});

const contactChangedSchema = z.strictObject({
  ...envelope,
  type: z.literal('contact.changed'),
  reason: z.enum(['phone_number', 'user_id', 'profile', 'address_book', 'identity']),
  previous: contactSchema.optional(),
  current: contactSchema.optional(),
  /** `add` or `remove`, of an entry in the phone app's address book. */
  action: z.string().optional(),
});

const preferenceUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('preference.updated'),
  /** `marketing_messages`, or what Meta adds. */
  category: z.string(),
  /** `stop`, `resume`, or what Meta adds. */
  value: z.string(),
  detail: z.string().optional(),
  preference: verbatim,
});

const conversationHandoverSchema = z.strictObject({
  ...envelope,
  type: z.literal('conversation.handover'),
  /** `control_passed`, `control_taken`, `summary`, or what Meta adds. */
  kind: z.string(),
  previousOwnerRole: z.string().optional(),
  newOwnerRole: z.string().optional(),
  /** What an assistant says of the thread so far: for a person to read. */
  summary: z.string().optional(),
  handover: verbatim,
});

const conversionTrackedSchema = z.strictObject({
  ...envelope,
  type: z.literal('conversion.tracked'),
  /** `LeadSubmitted`, `Purchase`, `marketing_messages_link_click`, or what Meta adds. */
  name: z.string(),
  messageId: z.string().optional(),
  conversion: verbatim,
});

const callUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('call.updated'),
  callId: z.string(),
  /** Meta's event (`connect`, `terminate`, ...) or status (`RINGING`, ...). */
  event: z.string(),
  direction: direction.optional(),
  /** How it ended: in Meta's word, upper case. */
  status: z.string().optional(),
  durationSeconds: z.number().optional(),
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  window: openedWindow.optional(),
  call: verbatim,
});

const groupUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('group.updated'),
  groupId: z.string(),
  /** Meta's `type`: `group_create`, `group_participants_add`, ... */
  event: z.string(),
  group: verbatim,
});

const templateUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('template.updated'),
  field: z.string(),
  templateId: z.string().optional(),
  name: z.string().optional(),
  language: z.string().optional(),
  /** Meta's `event`: `APPROVED`, `PAUSED`, ... */
  status: z.string().optional(),
  previousQuality: z.string().optional(),
  quality: z.string().optional(),
  previousCategory: z.string().optional(),
  category: z.string().optional(),
  reason: z.string().optional(),
  template: verbatim,
});

const numberUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('number.updated'),
  field: z.string(),
  displayPhoneNumber: z.string().optional(),
  /** Meta's `event`, `decision`, `status` or `type`, whichever the field has. */
  event: z.string().optional(),
  error: metaErrorSchema.optional(),
  number: verbatim,
});

const accountUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('account.updated'),
  field: z.string(),
  /** Meta's `event`, `decision`, `alert_type` or `status`, whichever the field has. */
  event: z.string().optional(),
  account: verbatim,
});

const flowUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('flow.updated'),
  /** Meta's `event`: `FLOW_STATUS_CHANGE`, `ENDPOINT_LATENCY`, ... */
  event: z.string(),
  flowId: z.string().optional(),
  flow: verbatim,
});

const mediaKind = pendingMediaSchema.shape.kind;

/** A message's file is in S3: GET `/whatsapp-media` gives a link to it. */
const mediaStoredSchema = z.strictObject({
  ...envelope,
  type: z.literal('media.stored'),
  messageId: z.string(),
  kind: mediaKind,
  /** What the bytes are, whatever the sender called them. */
  mimeType: z.string(),
  sizeBytes: z.int().min(0),
  /** Hexadecimal. */
  sha256: z.string(),
  filename: z.string().optional(),
});

/** A message's file will not come, unless somebody asks again (POST `/whatsapp-media/retry`). */
const mediaFailedSchema = z.strictObject({
  ...envelope,
  type: z.literal('media.failed'),
  messageId: z.string(),
  kind: mediaKind,
  /** A stable word from a published list; open. */
  reason: z.string(),
});

/** What a voice note says. A later revision stands beside the earlier ones. */
const transcriptReadySchema = z.strictObject({
  ...envelope,
  type: z.literal('transcript.ready'),
  messageId: z.string(),
  revision: z.int().min(0),
  text: z.string(),
  /** BCP 47: `ar-SA`, `en-US`, ...; the main one where there are several. */
  language: z.string(),
  /** 0 to 1. */
  confidence: z.number(),
  lowConfidence: z.boolean(),
  durationMs: z.int().min(0),
  /** The path and query of the API that answers a link to each word's time. */
  words: z.string().optional(),
});

const transcriptFailedSchema = z.strictObject({
  ...envelope,
  type: z.literal('transcript.failed'),
  messageId: z.string(),
  revision: z.int().min(0),
  /** A stable word from a published list; open. */
  reason: z.string(),
});

/** Where a connection of an organisation to a WhatsApp Business Account stands. */
const connectionUpdatedSchema = z.strictObject({
  ...envelope,
  type: z.literal('connection.updated'),
  state: z.enum(['connecting', 'active', 'degraded', 'disconnected']),
  /** The step of connecting that was done, or that failed. */
  step: z.string().optional(),
  /** Why it is not active: a stable word from a published list; open. */
  reason: z.string().optional(),
  /** For a person: what to do about it. */
  whatToDo: z.string().optional(),
});

/** Everything that was stored of a conversation is erased: erase what you have of it. */
const contactErasedSchema = z.strictObject({ ...envelope, type: z.literal('contact.erased') });

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
  sendUpdatedSchema,
  messageEditedSchema,
  messageRevokedSchema,
  messageEchoedSchema,
  messageObservedSchema,
  messageImportedSchema,
  historyProgressSchema,
  paymentUpdatedSchema,
  contactChangedSchema,
  preferenceUpdatedSchema,
  conversationHandoverSchema,
  conversionTrackedSchema,
  callUpdatedSchema,
  groupUpdatedSchema,
  templateUpdatedSchema,
  numberUpdatedSchema,
  accountUpdatedSchema,
  flowUpdatedSchema,
  mediaStoredSchema,
  mediaFailedSchema,
  transcriptReadySchema,
  transcriptFailedSchema,
  connectionUpdatedSchema,
  contactErasedSchema,
  webhookUnrecognisedSchema,
]);

/** One thing that the inbox backend is told. */
export type InboxEvent = z.output<typeof inboxEventSchema>;
