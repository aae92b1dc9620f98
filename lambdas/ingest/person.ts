import type { Contact } from '../../shared/events/inbox-event.schema.ts';
import { isJsonObject } from '../../shared/json.ts';
import { type MetaContact, metaContactSchema } from './meta.schema.ts';

/** Source: Meta, "Business-scoped user IDs": a country, a dot, up to 128 alphanumerics, `ENT.` for parents. */
const bsuidFormat = /^[A-Z]{2}\.[A-Za-z0-9.]{1,140}$/;

const phoneFormat = /^\+?(\d{5,20})$/;

/** The ids that an element names a person by; any may be missing or stand in the wrong place. */
export interface PersonIds {
  phone?: string | undefined;
  userId?: string | undefined;
  parentUserId?: string | undefined;
}

/** Puts ids where they belong: a BSUID that stands in a phone's place is one, what is neither is none. */
export function personIds(ids: PersonIds): PersonIds {
  const userId = [ids.userId, ids.phone].find((id) => id !== undefined && bsuidFormat.test(id));
  const digits = ids.phone === undefined ? undefined : phoneFormat.exec(ids.phone)?.[1];
  const parentUserId =
    ids.parentUserId !== undefined && bsuidFormat.test(ids.parentUserId)
      ? ids.parentUserId
      : undefined;
  return { phone: digits, userId, parentUserId };
}

/** The contacts of a change's value, those that are none left out. */
export function contactsOf(value: unknown): MetaContact[] {
  const contacts = isJsonObject(value) ? value['contacts'] : undefined;
  return (Array.isArray(contacts) ? contacts : [])
    .map((contact: unknown) => metaContactSchema.safeParse(contact).data)
    .filter((contact) => contact !== undefined);
}

/**
 * The person that an element names, completed from the value's contacts: by BSUID, else by phone,
 * else the only one there is. Never simply the first: a batch has many.
 */
export function personOf(named: PersonIds, contacts: readonly MetaContact[]): Contact {
  const ids = personIds(named);
  const isNamed = ids.userId !== undefined || ids.phone !== undefined;
  const contact =
    contacts.find(({ user_id }) => user_id !== undefined && user_id === ids.userId) ??
    contacts.find(
      (each) => ids.phone !== undefined && personIds(idsOf(each)).phone === ids.phone,
    ) ??
    (!isNamed && contacts.length === 1 ? contacts[0] : undefined);
  const listed = contact ? personIds(idsOf(contact)) : {};
  const phone = ids.phone ?? listed.phone;
  return withoutAbsent({
    phone: phone === undefined ? undefined : `+${phone}`,
    waId: phone,
    userId: ids.userId ?? listed.userId,
    parentUserId: ids.parentUserId ?? listed.parentUserId,
    username: contact?.profile?.username,
    name: contact?.profile?.name,
  });
}

function idsOf({ wa_id, user_id, parent_user_id }: MetaContact): PersonIds {
  return { phone: wa_id, userId: user_id, parentUserId: parent_user_id };
}

function withoutAbsent(contact: Record<keyof Contact, string | undefined>): Contact {
  return Object.fromEntries(Object.entries(contact).filter(([, value]) => value !== undefined));
}
