import {
  type InboxEvent,
  maxEventBytes,
  orderKeyOf,
} from '../../shared/events/inbox-event.schema.ts';
import { eventAttribute, eventIdOf, messageKey } from '../../shared/events/message-item.ts';
import { isJsonObject } from '../../shared/json.ts';
import { byteLength } from '../../shared/sqs.ts';
import type { ChangeElement } from './change.ts';
import {
  correspondent,
  type ElementOutcome,
  type ElementPorts,
  type NumberContext,
  ownerOf,
} from './element-context.ts';
import { interpretMessage } from './interpret-message.ts';
import { metaMessageSchema } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';
import { quarantine, storeUnrecognised } from './set-aside.ts';

/** Meta counts 24 hours from a customer's message. Source: Meta, "Send messages", Customer service windows. */
const windowMs = 24 * 60 * 60 * 1000;

/** Stores one of a change's `messages[]`. */
export async function storeMessage(
  source: ChangeElement,
  context: NumberContext,
  ports: ElementPorts,
): Promise<ElementOutcome> {
  const { element, position } = source;
  const { contacts, phoneNumberId, receivedAt } = context;
  const message = metaMessageSchema.safeParse(element).data;
  if (!message || !isJsonObject(element)) {
    return quarantine(source, context, ports);
  }
  const occurredAt = metaTime(message.timestamp, receivedAt);
  const contact = contacts.personOf({
    phone: message.from,
    userId: message.from_user_id,
    parentUserId: message.from_parent_user_id,
  });
  const conversationId = await ports.conversationOf(
    { ...correspondent(context, contact), groupId: message.group_id },
    occurredAt,
  );
  const origin = {
    occurredAt,
    ...(conversationId === undefined ? {} : { conversationId }),
    ...(Object.keys(contact).length === 0 ? {} : { contact }),
  };
  const content = interpretMessage(message, element);
  if (content.kind === 'unrecognised') {
    return storeUnrecognised(content.reason, source, context, ports, origin);
  }

  // Meta's pages leave open whether a reaction that is changed or taken back has an id of its own.
  const key =
    content.kind === 'reaction'
      ? messageKey(phoneNumberId, message.id, content.emoji ?? '', String(message.timestamp))
      : messageKey(phoneNumberId, message.id);
  const envelope = {
    schemaVersion: 1,
    eventId: eventIdOf(key, eventAttribute),
    ...origin,
    receivedAt,
    orderKey: orderKeyOf(occurredAt, receivedAt, position),
    ...ownerOf(context),
  } as const;
  const event: InboxEvent =
    content.kind === 'reaction'
      ? {
          ...envelope,
          type: 'message.reaction',
          messageId: message.id,
          targetMessageId: content.targetMessageId,
          emoji: content.emoji,
          direction: 'inbound',
        }
      : {
          ...envelope,
          type: 'message.received',
          message: { ...element, id: message.id },
          ...(content.media ? { media: content.media } : {}),
          window: { expiresAt: new Date(Date.parse(occurredAt) + windowMs).toISOString() },
        };
  return byteLength(JSON.stringify(event)) > maxEventBytes
    ? storeUnrecognised('too-large', source, context, ports, origin)
    : ports.ledger.storeEvent({ key, event });
}
