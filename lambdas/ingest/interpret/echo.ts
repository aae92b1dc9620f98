import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { amendment } from './edit.ts';
import { event, type Interpretation, type NumberFacts, quarantined } from './interpretation.ts';
import { messageIdentity } from './item-identity.ts';
import { interpretContent } from './message-content.ts';
import { type MetaMessage, metaMessageSchema } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';
import type { ContactBook } from './person.ts';

/** Who a message of the business went to. */
export function recipientOf(message: MetaMessage, contacts: ContactBook): Contact {
  return contacts.personOf({
    phone: message.to,
    userId: message.to_user_id,
    parentUserId: message.to_parent_user_id,
  });
}

/**
 * One of `message_echoes[]`: what somebody typed in the phone app of the business.
 * Source: Meta, Webhooks reference, smb_message_echoes.
 */
export function interpretEcho(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, phoneNumberId, receivedAt } = facts;
  const message = metaMessageSchema.safeParse(element).data;
  if (!message || !isJsonObject(element)) {
    return [quarantined];
  }
  const { id, group_id: groupId } = message;
  const occurredAt = metaTime(message.timestamp, receivedAt);
  const origin = { occurredAt, contact: recipientOf(message, contacts), groupId };
  const content = interpretContent(message, element);
  if (content.kind === 'reaction' || content.kind === 'edited' || content.kind === 'revoked') {
    return event(amendment(content, message, 'outbound', { ...origin, phoneNumberId }));
  }
  if (content.kind === 'unrecognised' && content.reason === 'malformed') {
    return [{ ...content, origin }];
  }
  // The app has more types than the API; whatever it sent, the inbox shows that something was.
  const media = content.kind === 'received' ? content.media : undefined;
  return event({
    ...origin,
    identity: messageIdentity(phoneNumberId, id),
    body: {
      type: 'message.echoed',
      message: { ...element, id },
      ...(media ? { media } : {}),
    },
  });
}
