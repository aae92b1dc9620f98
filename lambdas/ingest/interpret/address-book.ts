import { metaStateSyncSchema } from './address-book.schema.ts';
import {
  contentIdentity,
  event,
  type Interpretation,
  malformed,
  type NumberFacts,
  notSupported,
} from './interpretation.ts';
import { metaTime } from './meta-time.ts';
import { withoutAbsent } from './person.ts';

/** One of a change's `state_sync[]`: an entry in the address book of the business's phone app. */
export function interpretStateSync(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, receivedAt } = facts;
  const sync = metaStateSyncSchema.safeParse(element).data;
  if (!sync) {
    return [malformed];
  }
  const { type = 'contact', action, contact: entry, metadata } = sync;
  if (type !== 'contact') {
    return [notSupported];
  }
  const { phone_number: phone, user_id: userId, parent_user_id: parentUserId } = entry ?? {};
  const contact = contacts.personOf({ phone, userId, parentUserId });
  if (contact.waId === undefined && contact.userId === undefined) {
    return [malformed];
  }
  return event({
    identity: contentIdentity('address_book', facts),
    occurredAt: metaTime(metadata?.timestamp, receivedAt),
    // Without the name: it is what the business calls the person, not how the person is called.
    contact,
    body: {
      type: 'contact.changed',
      reason: 'address_book',
      current: withoutAbsent({
        ...contact,
        username: entry?.username,
        name: entry?.full_name ?? entry?.first_name,
      }),
      ...(action === undefined ? {} : { action }),
    },
  });
}
