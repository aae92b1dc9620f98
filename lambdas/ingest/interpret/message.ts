import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { rfc3339 } from '../../../shared/rfc3339.ts';
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
import { metaMs } from './meta-time.ts';
import type { ContactBook } from './person.ts';

type Received = Extract<EventBody, { type: 'message.received' }>;

const windowMs = 24 * 60 * 60 * 1000;

/**
 * The customer service window that something opened. @param ms when it was, since 1970
 * Source: Meta, "Send messages", Customer service windows: 24 hours.
 */
export function windowFrom(ms: number): { expiresAt: string } {
  return { expiresAt: rfc3339(ms + windowMs) };
}

/** Who sent a message. */
export function senderOf(message: MetaMessage, contacts: ContactBook): Contact {
  return contacts.personOf({
    phone: message.from,
    userId: message.from_user_id,
    parentUserId: message.from_parent_user_id,
  });
}

function hasId(element: unknown): element is JsonObject & { id: string } {
  return isJsonObject(element) && typeof element['id'] === 'string';
}

/** One of a live change's `messages[]`, from a customer. */
export function interpretMessage(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, phoneNumberId, receivedAt } = facts;
  const message = metaMessageSchema.safeParse(element).data;
  if (!message || !hasId(element)) {
    return [quarantined];
  }
  if (message.type === 'system') {
    return interpretSystem(message, element, facts);
  }
  const { id, group_id: groupId } = message;
  const ms = metaMs(message.timestamp, receivedAt);
  const occurredAt = rfc3339(ms);
  const contact = senderOf(message, contacts);
  const content = interpretContent(message, element);
  switch (content.kind) {
    case 'unrecognised':
      return [{ ...content, origin: { occurredAt, contact, groupId } }];
    case 'reaction':
    case 'edited':
    case 'revoked':
      return event(
        amendment(content, message, 'inbound', { occurredAt, contact, groupId, phoneNumberId }),
      );
    case 'received': {
      const body: Received = {
        type: 'message.received',
        message: element,
        window: windowFrom(ms),
      };
      if (content.media) body.media = content.media;
      if (content.parsed !== undefined) body.parsed = content.parsed;
      return event({
        occurredAt,
        contact,
        groupId,
        identity: messageIdentity(phoneNumberId, id),
        body,
      });
    }
  }
}
