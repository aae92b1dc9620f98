import * as z from 'zod';
import { hash } from '../hash.ts';
import { isJsonObject } from '../json.ts';
import { isConversation, placeOfItem } from './conversation-place.ts';
import { contactSchema, metaErrorSchema } from './event-parts.schema.ts';
import type { InboxEvent } from './inbox-event.schema.ts';

/**
 * How a message or another event lies in the table. Its item is the record that dedupes it, and the
 * change of it in the stream is what publishes it:
 * - `event`: the inbox event as JSON, written once, without what the item says of it anyway: up to 1 KB
 *   an item is one write unit;
 * - `imported`: the event of a message that came with a number's history, written once and only while
 *   there is no `event`: a live message is told also when its history was faster;
 * - `status:<status>[#<participant>]`: a `StatusEntry` as JSON, each written once;
 * - `statusOf`: a `StatusSubject` as JSON, written with the first status;
 * - `sent`: a `SentMessage` as JSON, of a message that was sent through this system;
 * - `erasedAt`: all of that was erased then (RFC 3339), and nothing of it is written again.
 */
export const eventAttribute = 'event';

/** See `eventAttribute`. */
export const importedAttribute = 'imported';

/** The attribute that holds an event; neither it nor those behind it may be there yet. */
export function attributesOf({ type }: Pick<InboxEvent, 'type'>): [string, ...string[]] {
  return type === 'message.imported' ? [importedAttribute, eventAttribute] : [eventAttribute];
}

/** See `eventAttribute`. Everything else that the item had is gone, but for its keys. */
export const erasedAttribute = 'erasedAt';

/** See `eventAttribute`. */
export const statusSubjectAttribute = 'statusOf';

const statusPrefix = 'status:';

/** The attribute that holds a status; in a group each participant has one of each. */
export function statusAttribute({ status, participant }: StatusEntry): string {
  const suffix = participant ? `#${hash(participant.userId ?? participant.phone ?? '')}` : '';
  return `${statusPrefix}${status}${suffix}`;
}

/** Tells whether an attribute holds a status. */
export function isStatusAttribute(name: string): boolean {
  return name.startsWith(statusPrefix);
}

/** The item of a message, inbound or outbound. A wamid contains a phone number: only its hash is a key. */
export function messageKey(phoneNumberId: string, ...identity: readonly string[]): string {
  return `MSG#${hash(phoneNumberId, ...identity)}`;
}

/** The item of anything else that is published once. */
export function eventKey(...identity: readonly string[]): string {
  return `EVENT#${hash(...identity)}`;
}

/** The id of the event that an item's attribute stands for: the same at every repeat. */
export function eventIdOf(pk: string, attribute: string): string {
  return hash(pk, attribute);
}

/** The attributes of an item that is written for an event, but for its keys. */
export function eventAttributes(pk: string, event: InboxEvent): Record<string, string> {
  const { schemaVersion, eventId, organizationId, conversationId, orderKey, ...rest } = event;
  const [attribute] = attributesOf(event);
  // Of a message that came live as well the item has the live event's.
  const kept = attribute === importedAttribute ? { ...rest, orderKey } : rest;
  return {
    [attribute]: JSON.stringify(kept),
    organizationId,
    conversationId: placeOfItem({ ...event, pk }),
    orderKey,
  };
}

/**
 * The event of an item, as it was before `eventAttributes`; undefined where the item has none.
 * @param item its string attributes
 * @param attribute `event` or `imported`
 * @throws SyntaxError where the attribute is no JSON
 */
export function storedEvent(
  item: Readonly<Record<string, string | undefined>>,
  attribute: string,
): unknown {
  const { pk = '', organizationId, conversationId, orderKey, [attribute]: json } = item;
  if (json === undefined) {
    return undefined;
  }
  const event: unknown = JSON.parse(json);
  return {
    ...{ schemaVersion: 1, eventId: eventIdOf(pk, attribute), organizationId, orderKey },
    ...(isConversation(conversationId) ? { conversationId } : {}),
    ...(isJsonObject(event) ? event : {}),
  };
}

/** One status of one message (in a group: of one participant), as Meta reported it first. */
export const statusEntrySchema = z.strictObject({
  status: z.string(),
  occurredAt: z.string(),
  receivedAt: z.string(),
  orderKey: z.string(),
  /** Which send it was, from Meta's `biz_opaque_callback_data`. */
  sendId: z.string().optional(),
  clientReference: z.string().optional(),
  participant: contactSchema.optional(),
  pricing: z.looseObject({}).optional(),
  error: metaErrorSchema.optional(),
});

/** One status of one message. */
export type StatusEntry = z.output<typeof statusEntrySchema>;

/** The message that statuses are about. */
export const statusSubjectSchema = z.strictObject({
  messageId: z.string(),
  organizationId: z.string(),
  wabaId: z.string().optional(),
  phoneNumberId: z.string(),
  conversationId: z.string().optional(),
  contact: contactSchema.optional(),
});

/** The message that statuses are about. */
export type StatusSubject = z.output<typeof statusSubjectSchema>;

/** See `eventAttribute`. */
export const sentAttribute = 'sent';

/** A message that was sent through this system. */
export const sentMessageSchema = z.strictObject({
  messageId: z.string(),
  sendId: z.string(),
  clientReference: z.string().optional(),
  organizationId: z.string(),
  wabaId: z.string(),
  phoneNumberId: z.string(),
  conversationId: z.string().optional(),
  /** What Meta made of the phone number: in Brazil and Mexico it may differ. */
  waId: z.string().optional(),
  acceptedAt: z.string(),
  /** Meta's own object, as it was sent. */
  message: z.looseObject({}),
});

/** A message that was sent through this system. */
export type SentMessage = z.output<typeof sentMessageSchema>;
