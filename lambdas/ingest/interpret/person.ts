import { appended } from '../../../shared/appended.ts';
import { characterSet, digits, isMadeOf } from '../../../shared/character-set.ts';
import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { metaContactSchema } from './meta.schema.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const capitals = characterSet(alphabet);
const bsuidCharacters = characterSet(`${alphabet}${alphabet.toLowerCase()}0123456789.`);

/** The ids that an element names a person by; any may be missing or stand in the wrong place. */
export interface PersonIds {
  phone?: string | undefined;
  userId?: string | undefined;
  parentUserId?: string | undefined;
}

/** Puts ids where they belong: a BSUID that stands in a phone's place is one, what is neither is none. */
export function personIds({ phone, userId, parentUserId }: PersonIds): PersonIds {
  const number = phoneDigits(phone);
  return {
    phone: number,
    userId: bsuid(userId) ?? (number === undefined ? bsuid(phone) : undefined),
    parentUserId: bsuid(parentUserId),
  };
}

/** A phone number has 5 to 20 digits, with or without a plus. */
function phoneDigits(phone: string | undefined): string | undefined {
  const number = phone?.startsWith('+') ? phone.slice(1) : phone;
  return number !== undefined &&
    number.length >= 5 &&
    number.length <= 20 &&
    isMadeOf(digits, number)
    ? number
    : undefined;
}

/** Source: Meta, "Business-scoped user IDs": a country, a dot, up to 128 alphanumerics, `ENT.` for parents. */
function bsuid(id: string | undefined): string | undefined {
  return id !== undefined &&
    id.length >= 4 &&
    id.length <= 143 &&
    isMadeOf(capitals, id, 0, 2) &&
    id[2] === '.' &&
    isMadeOf(bsuidCharacters, id, 3)
    ? id
    : undefined;
}

/** A value's contacts, found by the ids that its elements name. */
export class ContactBook {
  readonly #contacts: readonly KnownContact[];
  #byId: ((ids: PersonIds) => KnownContact | undefined) | undefined;

  /** Opens a value's contacts; those that are none are left out. */
  constructor(value: unknown) {
    const list = isJsonObject(value) ? value['contacts'] : undefined;
    let contacts: KnownContact[] | undefined;
    for (const element of Array.isArray(list) ? list : []) {
      const contact = knownContact(element);
      if (contact) contacts = appended(contacts, contact);
    }
    this.#contacts = contacts ?? [];
  }

  /**
   * The person that an element names, completed from the contacts: by BSUID, else by phone, else the
   * only one there is. Never simply the first: a batch has many.
   */
  personOf(named: PersonIds): Contact {
    const only = this.#contacts.length === 1 ? this.#contacts[0] : undefined;
    if (only && repeats(named, only)) {
      return personFrom(only, only);
    }
    const ids = personIds(named);
    return personFrom(ids, only ? matching(only, ids) : this.#find(ids));
  }

  #find(ids: PersonIds): KnownContact | undefined {
    this.#byId ??= finder(this.#contacts);
    return this.#byId(ids);
  }
}

interface KnownContact extends PersonIds {
  name: string | undefined;
  username: string | undefined;
}

function knownContact(element: unknown): KnownContact | undefined {
  const contact = metaContactSchema.safeParse(element).data;
  if (!contact) {
    return undefined;
  }
  const { wa_id, user_id: userId, parent_user_id: parentUserId, name, username } = contact;
  const ids = personIds({ phone: wa_id, userId, parentUserId });
  return { phone: ids.phone, userId: ids.userId, parentUserId: ids.parentUserId, name, username };
}

function personFrom(ids: PersonIds, known: KnownContact | undefined): Contact {
  const phone = ids.phone ?? known?.phone;
  return withoutAbsent({
    phone: phone === undefined ? undefined : `+${phone}`,
    waId: phone,
    userId: ids.userId ?? known?.userId,
    parentUserId: ids.parentUserId ?? known?.parentUserId,
    username: known?.username,
    name: known?.name,
  });
}

/** Tells whether ids say nothing but what the contact says, as nearly all do: they need no second look. */
function repeats({ phone, userId, parentUserId }: PersonIds, contact: KnownContact): boolean {
  return (
    (phone === undefined || phone === contact.phone) &&
    (userId === undefined || userId === contact.userId) &&
    (parentUserId === undefined || parentUserId === contact.parentUserId)
  );
}

/** The only contact that there is, where ids name it: it is meant also where nobody is named. */
function matching(only: KnownContact, { userId, phone }: PersonIds): KnownContact | undefined {
  return (userId === undefined && phone === undefined) ||
    (userId !== undefined && userId === only.userId) ||
    (phone !== undefined && phone === only.phone)
    ? only
    : undefined;
}

function finder(contacts: readonly KnownContact[]): (ids: PersonIds) => KnownContact | undefined {
  const byUserId = new Map(contacts.map((contact) => [contact.userId, contact]));
  const byPhone = new Map(contacts.map((contact) => [contact.phone, contact]));
  return ({ userId, phone }) =>
    (userId === undefined ? undefined : byUserId.get(userId)) ??
    (phone === undefined ? undefined : byPhone.get(phone));
}

/** A contact of only what is known. */
export function withoutAbsent({
  phone,
  waId,
  userId,
  parentUserId,
  username,
  name,
}: { [Field in keyof Contact]?: string | undefined }): Contact {
  const known: Contact = {};
  if (phone !== undefined) known.phone = phone;
  if (waId !== undefined) known.waId = waId;
  if (userId !== undefined) known.userId = userId;
  if (parentUserId !== undefined) known.parentUserId = parentUserId;
  if (username !== undefined) known.username = username;
  if (name !== undefined) known.name = name;
  return known;
}

/** The business number that a value is about, as digits: people write it with spaces and signs too. */
export function businessPhoneOf(value: unknown): string | undefined {
  const metadata = isJsonObject(value) ? value['metadata'] : undefined;
  const display = isJsonObject(metadata) ? metadata['display_phone_number'] : undefined;
  return typeof display === 'string' ? display.replace(/\D/g, '') : undefined;
}
