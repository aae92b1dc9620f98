import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { recipientOf } from './echo.ts';
import type { Direction } from './edit.ts';
import { type Interpretation, malformed, type NumberFacts, quarantined } from './interpretation.ts';
import { messageIdentity } from './item-identity.ts';
import { senderOf } from './message.ts';
import { metaTime } from './meta-time.ts';
import { ContactBook } from './person.ts';
import { type MetaObserved, metaObservedSchema, metaStandbySchema } from './standby.schema.ts';
import { interpretStatus } from './status.ts';

/**
 * A `standby` value: copies of a thread that another app, or an assistant of Meta's, owns.
 * Source: Meta, Webhooks reference, standby.
 */
export function interpretStandby(facts: NumberFacts): readonly Interpretation[] {
  const value = isJsonObject(facts.element) ? facts.element : {};
  const source = isJsonObject(value['standby']) ? value['standby'] : value;
  const standby = metaStandbySchema.safeParse(source).data;
  if (!standby) {
    return [malformed];
  }
  const contacts = Array.isArray(source['contacts']) ? new ContactBook(source) : facts.contacts;
  const within = { ...facts, contacts };
  const found = [
    ...standby.messages.map((message) => observed(message, 'inbound', within)),
    ...standby.message_echoes.map((echo) => observed(echo, 'outbound', within)),
    ...standby.statuses.flatMap((element) => interpretStatus({ ...within, element })),
  ];
  return found.length === 0 ? [malformed] : numbered(found);
}

/** A message in either direction. */
function observed(
  element: unknown,
  direction: Direction,
  { contacts, phoneNumberId, receivedAt }: NumberFacts,
): Interpretation {
  const message = metaObservedSchema.safeParse(element).data;
  if (!message || !isJsonObject(element)) {
    return quarantined;
  }
  const { id, group_id, message: body } = message;
  const groupId = group_id ?? (body?.recipient_type === 'group' ? body.to : undefined);
  const draft = {
    // The same message may come live too, once the thread is the business's own.
    identity: messageIdentity(phoneNumberId, id, 'standby'),
    occurredAt: metaTime(message.timestamp, receivedAt),
    contact: direction === 'inbound' ? senderOf(message, contacts) : addresseeOf(message, contacts),
    groupId,
    body: { type: 'message.observed', direction, message: { ...element, id } },
  } as const;
  return { kind: 'events', drafts: [draft] };
}

/** Who an echo went to: itself says so, or the body that was sent does. */
function addresseeOf({ message: body, ...echo }: MetaObserved, contacts: ContactBook): Contact {
  return recipientOf(
    { ...echo, to: echo.to ?? body?.to, to_user_id: echo.to_user_id ?? body?.recipient },
    contacts,
  );
}

/** Events and statuses with their places; of what sets the whole value aside, one of each reason. */
function numbered(found: readonly Interpretation[]): readonly Interpretation[] {
  const reasons = new Set<string>();
  return found.flatMap((interpretation, index): Interpretation[] => {
    switch (interpretation.kind) {
      case 'events':
        return [
          {
            ...interpretation,
            drafts: interpretation.drafts.map((draft) => ({ ...draft, index })),
          },
        ];
      case 'statuses':
        return [
          {
            ...interpretation,
            drafts: interpretation.drafts.map((draft) => ({ ...draft, index })),
          },
        ];
      default: {
        const reason = 'reason' in interpretation ? interpretation.reason : interpretation.kind;
        const isNew = !reasons.has(reason);
        reasons.add(reason);
        return isNew ? [interpretation] : [];
      }
    }
  });
}
