import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { dayAfter } from '../../../shared/rfc3339.ts';
import { amendment } from './edit.ts';
import { interpretSystem } from './identity.ts';
import {
  type EventBody,
  event,
  type Interpretation,
  type NumberFacts,
  quarantined,
} from './interpretation.ts';
import { messageIdentity } from './item-identity.ts';
import { interpretContent } from './message-content.ts';
import { type MetaMessage, metaMessageSchema } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';
import type { ContactBook } from './person.ts';

type Received = Extract<EventBody, { type: 'message.received' }>;

/**
 * The customer service window that something at `occurredAt` opened.
 * Source: Meta, "Send messages", Customer service windows: 24 hours.
 */
export function windowFrom(occurredAt: string): { expiresAt: string } {
  return { expiresAt: dayAfter(occurredAt) };
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
    case 'received': {
      const body: Received = {
        type: 'message.received',
        message: { ...element, id },
        window: windowFrom(occurredAt),
      };
      if (content.media) body.media = content.media;
      if (content.parsed !== undefined) body.parsed = content.parsed;
      return event({
        occurredAt,
        contact: origin.contact,
        groupId,
        identity: messageIdentity(phoneNumberId, id),
        body,
      });
    }
  }
}
