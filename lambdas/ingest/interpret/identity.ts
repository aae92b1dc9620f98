import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import type { JsonObject } from '../../../shared/json.ts';
import { metaSystemSchema, metaUserIdUpdateSchema } from './identity.schema.ts';
import { event, type Interpretation, malformed, type NumberFacts } from './interpretation.ts';
import { eventIdentity, type ItemIdentity, messageIdentity } from './item-identity.ts';
import type { MetaMessage } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';
import { ContactBook } from './person.ts';

/** Why a `system` message says that a contact changed; the second spelling of each is the older one. */
const reasons = new Map<string | undefined, 'phone_number' | 'user_id' | 'identity'>([
  ['user_changed_number', 'phone_number'],
  ['customer_changed_number', 'phone_number'],
  ['user_changed_user_id', 'user_id'],
  ['customer_identity_changed', 'identity'],
]);

/** System messages and id updates bring no contacts: ids are only put where they belong. */
const nobody = new ContactBook(undefined);
const personOf: ContactBook['personOf'] = (named) => nobody.personOf(named);

/** A `system` message: the same person under another number or BSUID, or with another device. */
export function interpretSystem(
  message: MetaMessage,
  element: JsonObject,
  { phoneNumberId, receivedAt }: NumberFacts,
): readonly Interpretation[] {
  const occurredAt = metaTime(message.timestamp, receivedAt);
  const sender = personOf({ phone: message.from, userId: message.from_user_id });
  const system = metaSystemSchema.safeParse(element['system']).data;
  const reason = reasons.get(system?.type);
  if (!system || !reason) {
    const origin = { occurredAt, contact: sender };
    return [{ kind: 'unrecognised', reason: system ? 'not-supported' : 'malformed', origin }];
  }
  const current = personOf({
    phone: system.wa_id ?? system.new_wa_id,
    userId: system.user_id,
    parentUserId: system.parent_user_id,
  });
  const previous = personOf({
    phone: message.from,
    userId: system.previous_user_id ?? message.from_user_id,
    parentUserId: system.previous_parent_user_id ?? message.from_parent_user_id,
  });
  return changed(messageIdentity(phoneNumberId, message.id), occurredAt, reason, previous, current);
}

/** An element of `user_id_update`: the same person under another BSUID. */
export function interpretUserIdUpdate(facts: NumberFacts): readonly Interpretation[] {
  const { element, organizationId, phoneNumberId, receivedAt } = facts;
  const update = metaUserIdUpdateSchema.safeParse(element).data;
  if (!update) {
    return [malformed];
  }
  const { wa_id: phone, user_id: userId, parent_user_id: parent, timestamp } = update;
  const previous = personOf({ phone, userId: userId.previous, parentUserId: parent?.previous });
  const current = personOf({ phone, userId: userId.current, parentUserId: parent?.current });
  const identity = eventIdentity(
    ...['user_id_update', organizationId, phoneNumberId, String(timestamp)],
    ...[userId.previous ?? '', userId.current ?? '', phone ?? ''],
  );
  return changed(identity, metaTime(timestamp, receivedAt), 'user_id', previous, current);
}

function changed(
  identity: ItemIdentity,
  occurredAt: string,
  reason: 'phone_number' | 'user_id' | 'identity',
  previous: Contact,
  current: Contact,
): readonly Interpretation[] {
  const hasCurrent = Object.keys(current).length > 0;
  return event({
    identity,
    occurredAt,
    contact: hasCurrent ? current : previous,
    formerly: previous,
    body: {
      type: 'contact.changed',
      reason,
      ...(Object.keys(previous).length === 0 ? {} : { previous }),
      ...(hasCurrent ? { current } : {}),
    },
  });
}
