import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { rfc3339 } from '../../../shared/rfc3339.ts';
import { amendment } from './edit.ts';
import { interpretSystem } from './identity.ts';
import { event, type Interpretation, type NumberFacts, quarantined } from './interpretation.ts';
import { messageIdentity } from './item-identity.ts';
import { interpretContent } from './message-content.ts';
import { type MetaMessage, metaMessageSchema } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';
import type { ContactBook } from './person.ts';

const windowMs = 24 * 60 * 60 * 1000;

/**
 * The customer service window that something at `occurredAt` opened.
 * Source: Meta, "Send messages", Customer service windows: 24 hours.
 */
export function windowFrom(occurredAt: string): { expiresAt: string } {
  return { expiresAt: rfc3339(Date.parse(occurredAt) + windowMs) };
}

/** Who sent a message. */
export function senderOf(message: MetaMessage, contacts: ContactBook): Contact {
  return contacts.personOf({
    phone: message.from,
    userId: message.from_user_id,
    parentUserId: message.from_parent_user_id,
  });
}

/** One of a live change's `messages[]`, from a customer. */
export function interpretMessage(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, phoneNumberId, receivedAt } = facts;
  const message = metaMessageSchema.safeParse(element).data;
  if (!message || !isJsonObject(element)) {
    return [quarantined];
  }
  if (message.type === 'system') {
    return interpretSystem(message, element, facts);
  }
  const { id, group_id: groupId } = message;
  const occurredAt = metaTime(message.timestamp, receivedAt);
  const origin = { occurredAt, contact: senderOf(message, contacts), groupId };
  const content = interpretContent(message, element);
  switch (content.kind) {
    case 'unrecognised':
      return [{ ...content, origin }];
    case 'reaction':
    case 'edited':
    case 'revoked':
      return event(amendment(content, message, 'inbound', { ...origin, phoneNumberId }));
    case 'received':
      return event({
        ...origin,
        identity: messageIdentity(phoneNumberId, id),
        body: {
          type: 'message.received',
          message: { ...element, id },
          ...(content.media ? { media: content.media } : {}),
          ...(content.parsed === undefined ? {} : { parsed: content.parsed }),
          window: windowFrom(occurredAt),
        },
      });
  }
}
