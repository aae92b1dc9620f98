import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { attributesOf, eventIdOf } from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { statusOrderKeyOf } from '../../shared/events/status-merge.ts';
import { hash } from '../../shared/hash.ts';
import type { Route } from '../../shared/routing/route.port.ts';
import { byteLength } from '../../shared/sqs.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import type { AliasTable } from './alias.port.ts';
import { rawElement, wabaIdOf } from './change.ts';
import type { Correspondent, ErasedCorrespondent, FoundConversation } from './conversation.ts';
import {
  contentIdentity,
  type Draft,
  type ElementFacts,
  type Interpretation,
  type StatusDraft,
  type UnrecognisedReason,
} from './interpret/interpretation.ts';
import { eventIdentity, type ItemIdentity, itemKey } from './interpret/item-identity.ts';
import { metaTime } from './interpret/meta-time.ts';
import { withoutAbsent } from './interpret/person.ts';
import type { Ledger, Stored } from './ledger.port.ts';

/** Larger events are published as `webhook.unrecognised`, in bytes: an item holds 400 KB, a batch 1 MiB. */
const maxEventBytes = 256 * 1024;

/** All of a message's statuses share one item of at most 400 KB; Meta's own are below 1 KB. */
const maxEntryBytes = 16 * 1024;

/** What storing needs from outside. */
export interface StorePorts {
  ledger: Ledger;
  /** The raw bucket. */
  store: ObjectStore;
  /** The raw bucket's name, for consumers that fetch from it. */
  rawBucket: string;
  conversationOf(
    correspondent: Correspondent,
    occurredAt: string,
  ): Promise<FoundConversation | ErasedCorrespondent | undefined>;
  /** Gives somebody who was erased, and is heard of again, a new conversation. */
  revive(correspondent: Correspondent, occurredAt: string): Promise<unknown>;
  aliases: Pick<AliasTable, 'write'>;
}

/** An element with the route that it came by. */
export interface RoutedFacts extends ElementFacts {
  route: Route;
}

/** What an element turned out to be, with the element. */
export interface Reading {
  interpretation: Interpretation;
  facts: RoutedFacts;
}

/** What became of an event, a status or an element. */
export type Outcome = Stored | 'unrecognised' | 'quarantined';

/** Stores what an element turned out to be: one outcome for each event or status in it. */
export async function storeInterpretation(
  interpretation: Interpretation,
  facts: RoutedFacts,
  ports: StorePorts,
): Promise<Outcome[]> {
  switch (interpretation.kind) {
    case 'events':
      return Promise.all(interpretation.drafts.map((draft) => storeEvent(draft, facts, ports)));
    case 'statuses':
      return Promise.all(interpretation.drafts.map((draft) => storeStatus(draft, facts, ports)));
    case 'unrecognised':
      return [await storeUnrecognised(interpretation.reason, facts, ports, interpretation.origin)];
    case 'quarantined':
      return [await quarantine(facts, ports)];
  }
}

async function storeEvent(draft: Draft, facts: RoutedFacts, ports: StorePorts): Promise<Outcome> {
  const { place, found } = await placeOf(draft, facts, ports);
  const key = itemKey(draft.identity);
  const event: InboxEvent = {
    ...envelopeOf({ ...draft, key }, draft.body, place, facts),
    ...draft.body,
  };
  if (byteLength(JSON.stringify(event)) > maxEventBytes) {
    return storeUnrecognised('too-large', facts, ports, draft);
  }
  // What comes from elsewhere, or from long ago, says nothing of how the person looks today.
  if (found?.newProfile && draft.body.type === 'message.received') {
    const { newProfile } = found;
    // The lookup is shared with the person's other messages: one of them tells it.
    delete found.newProfile;
    await storeNewProfile(newProfile, draft, place, facts, ports);
  }
  return ports.ledger.storeEvent({ key, event });
}

/** Tells of a new profile, and only then remembers it: a crash in between tells it again under the same id. */
async function storeNewProfile(
  write: NonNullable<FoundConversation['newProfile']>,
  { occurredAt, contact = {}, index }: Draft,
  place: Place,
  facts: RoutedFacts,
  { ledger, aliases }: StorePorts,
): Promise<void> {
  const { replaces } = write;
  const { name, username } = replaces;
  if (name === undefined && username === undefined) {
    // Seen for the first time, which is no change.
    await aliases.write([write]);
    return;
  }
  const draft = {
    key: itemKey(eventIdentity('profile', replaces.key, replaces.learntAt)),
    occurredAt,
    ...(index === undefined ? {} : { index }),
  };
  await ledger.storeEvent({
    key: draft.key,
    event: {
      ...envelopeOf(draft, { type: 'contact.changed' }, place, facts),
      type: 'contact.changed',
      reason: 'profile',
      previous: withoutAbsent({ ...contact, name, username }),
      current: contact,
    },
  });
  await aliases.write([write]);
}

async function storeStatus(
  { identity, messageId, contact, groupId, entry, index }: StatusDraft,
  facts: RoutedFacts,
  ports: StorePorts,
): Promise<Outcome> {
  const { phoneNumberId = '', receivedAt, position } = facts;
  const origin = { occurredAt: entry.occurredAt, contact, groupId };
  if (byteLength(JSON.stringify(entry)) > maxEntryBytes) {
    return storeUnrecognised('too-large', facts, ports, {
      ...origin,
      ...(index === undefined ? {} : { index }),
    });
  }
  const { place } = await placeOf(origin, facts, ports);
  const orderKey = statusOrderKeyOf(entry, receivedAt, position, index);
  return ports.ledger.mergeStatus({
    key: itemKey(identity),
    subject: { messageId, ...place, phoneNumberId },
    entry: { ...entry, receivedAt, orderKey },
  });
}

/** Keeps an element as it came and publishes where it lies. */
async function storeUnrecognised(
  reason: UnrecognisedReason,
  facts: RoutedFacts,
  ports: StorePorts,
  known: Pick<Draft, 'occurredAt' | 'contact' | 'groupId' | 'index'> | undefined,
): Promise<Outcome> {
  const { change, receivedAt } = facts;
  const origin = known ?? { occurredAt: metaTime(change.entryTime, receivedAt) };
  const key = itemKey(contentIdentity('unrecognised', facts, String(known?.index)));
  const objectKey = `unrecognised/${receivedAt.slice(0, 10)}/${hash(key)}.json`;
  await ports.store.put(objectKey, rawElement(facts.change, facts));
  const { place } = await placeOf(origin, facts, ports);
  const stored = await ports.ledger.storeEvent({
    key,
    event: {
      ...envelopeOf({ ...origin, key }, { type: 'webhook.unrecognised' }, place, facts),
      type: 'webhook.unrecognised',
      field: change.field,
      reason,
      raw: { bucket: ports.rawBucket, key: objectKey },
    },
  });
  return stored === 'duplicate' ? stored : 'unrecognised';
}

/** Sets aside an element that cannot be told apart from others: without an id nothing can be published once. */
async function quarantine(facts: RoutedFacts, { store }: StorePorts): Promise<Outcome> {
  const raw = rawElement(facts.change, facts);
  const name = hash(raw.toString());
  await store.put(`quarantine/element/${facts.receivedAt.slice(0, 10)}/${name}.json`, raw);
  return 'quarantined';
}

/** What an event says of when it was, and of where it belongs. */
function envelopeOf(
  { occurredAt, key, index }: Pick<Draft, 'occurredAt' | 'index'> & { key: string },
  body: Pick<InboxEvent, 'type'>,
  place: Place,
  { receivedAt, position }: RoutedFacts,
) {
  const [attribute] = attributesOf(body);
  return {
    schemaVersion: 1,
    eventId: eventIdOf(key, attribute),
    occurredAt,
    receivedAt,
    orderKey: orderKeyOf(occurredAt, receivedAt, position, index),
    ...place,
  } as const;
}

/** The part of an envelope that says whose an event is and in which conversation. */
export type Place = Pick<
  InboxEvent,
  'organizationId' | 'wabaId' | 'phoneNumberId' | 'conversationId' | 'contact'
>;

/** Whose an event is, with what is known of its conversation. */
export async function placeOf(
  draft: Located,
  facts: RoutedFacts,
  { conversationOf }: Pick<StorePorts, 'conversationOf'>,
): Promise<{ place: Place; found: FoundConversation | undefined }> {
  const { occurredAt, contact = {} } = draft;
  const { route, change, organizationId, phoneNumberId } = facts;
  const wabaId = route.wabaId ?? (wabaIdOf(change) || undefined);
  const correspondent = correspondentOf(draft, facts);
  const found = correspondent && (await conversationOf(correspondent, occurredAt));
  if (found && found.conversationId === undefined) {
    throw new Error('Somebody was erased since their conversation was looked up');
  }
  const place = {
    organizationId,
    ...(wabaId === undefined ? {} : { wabaId }),
    ...(phoneNumberId === undefined ? {} : { phoneNumberId }),
    ...(found ? { conversationId: found.conversationId } : {}),
    ...(Object.keys(contact).length === 0 ? {} : { contact }),
  };
  return { place, found };
}

/** What of a draft decides where it belongs. */
export type Located = Pick<Draft, 'occurredAt' | 'contact' | 'groupId' | 'formerly'>;

function correspondentOf(
  { contact = {}, groupId, formerly }: Located,
  { organizationId, phoneNumberId }: RoutedFacts,
): Correspondent | undefined {
  const { waId: phone, userId, name, username } = contact;
  return phoneNumberId === undefined
    ? undefined
    : {
        ...{ organizationId, phoneNumberId, groupId, phone, userId },
        ...(formerly ? { formerly: { phone: formerly.waId, userId: formerly.userId } } : {}),
        ...(groupId === undefined ? { profile: { name, username } } : {}),
      };
}

/**
 * Looks up the conversations that storing will ask for. Done for all elements before the first is
 * stored: lookups and writes then each come together, and go to the table in batches.
 * @returns whether it is of what was erased, and nothing of it may be written
 */
export async function lookUpConversations(
  interpretation: Interpretation,
  facts: RoutedFacts,
  ports: Pick<StorePorts, 'conversationOf' | 'revive' | 'ledger'>,
): Promise<boolean> {
  const lookups = locatedIn(interpretation).map((draft) => lookUp(draft, facts, ports));
  // Storing asks again and meets the same failure, where it costs only its own element.
  const results = await Promise.allSettled(lookups);
  return results.some((result) => result.status === 'fulfilled' && result.value === 'erased');
}

async function lookUp(
  draft: Located & { identity?: ItemIdentity },
  facts: RoutedFacts,
  { conversationOf, revive, ledger }: Pick<StorePorts, 'conversationOf' | 'revive' | 'ledger'>,
): Promise<'erased' | undefined> {
  const { occurredAt, identity } = draft;
  const correspondent = correspondentOf(draft, facts);
  const found = correspondent && (await conversationOf(correspondent, occurredAt));
  if (!found || found.erasedAt === undefined) {
    return undefined;
  }
  // What comes later may still be about what was erased: a status of a message.
  if (
    occurredAt <= found.erasedAt ||
    (identity !== undefined && (await ledger.isErased(itemKey(identity))))
  ) {
    return 'erased';
  }
  if (found.conversationId === undefined) {
    await revive(correspondent, occurredAt);
  }
  return undefined;
}

function locatedIn(interpretation: Interpretation): (Located & { identity?: ItemIdentity })[] {
  switch (interpretation.kind) {
    case 'events':
      return [...interpretation.drafts];
    case 'statuses':
      return interpretation.drafts.map(({ identity, entry, contact, groupId }) => ({
        ...{ identity, occurredAt: entry.occurredAt, contact, groupId },
      }));
    case 'unrecognised':
      return interpretation.origin ? [interpretation.origin] : [];
    case 'quarantined':
      return [];
  }
}
