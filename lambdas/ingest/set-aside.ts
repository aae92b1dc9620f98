import {
  type Contact,
  type InboxEvent,
  orderKeyOf,
} from '../../shared/events/inbox-event.schema.ts';
import { eventAttribute, eventIdOf, eventKey } from '../../shared/events/message-item.ts';
import { hash } from '../../shared/hash.ts';
import { isJsonObject } from '../../shared/json.ts';
import { type Change, type ChangeElement, frameOf } from './change.ts';
import {
  type ElementContext,
  type ElementOutcome,
  type ElementPorts,
  ownerOf,
} from './element-context.ts';
import { metaTime } from './meta-time.ts';

/** Why an element is published as `webhook.unrecognised`. */
export type UnrecognisedReason = Extract<InboxEvent, { type: 'webhook.unrecognised' }>['reason'];

/** What is known of an element that is not understood: who sent it, when, in which conversation. */
export interface Origin {
  occurredAt?: string;
  conversationId?: string;
  contact?: Contact;
}

/** Keeps an element as it came and publishes where it lies. */
export async function storeUnrecognised(
  reason: UnrecognisedReason,
  source: ChangeElement,
  context: ElementContext,
  { ledger, store, rawBucket }: ElementPorts,
  origin: Origin = {},
): Promise<ElementOutcome> {
  const { change, receivedAt } = context;
  const owner = ownerOf(context);
  const key = eventKey(
    owner.organizationId,
    owner.phoneNumberId ?? '',
    ...identity(source, context),
  );
  const objectKey = `unrecognised/${receivedAt.slice(0, 10)}/${hash(key)}.json`;
  await store.put(objectKey, rawElement(source, change));
  const occurredAt = origin.occurredAt ?? metaTime(change.entryTime, receivedAt);
  const stored = await ledger.storeEvent({
    key,
    event: {
      schemaVersion: 1,
      eventId: eventIdOf(key, eventAttribute),
      type: 'webhook.unrecognised',
      ...origin,
      occurredAt,
      receivedAt,
      orderKey: orderKeyOf(occurredAt, receivedAt, source.position),
      ...owner,
      field: change.field,
      reason,
      raw: { bucket: rawBucket, key: objectKey },
    },
  });
  return stored === 'duplicate' ? stored : 'unrecognised';
}

/** Sets aside an element that cannot be told apart from others: without an id nothing can be published once. */
export async function quarantine(
  source: ChangeElement,
  { change, receivedAt }: ElementContext,
  { store }: ElementPorts,
): Promise<ElementOutcome> {
  const raw = rawElement(source, change);
  const name = hash(raw.toString());
  await store.put(`quarantine/element/${receivedAt.slice(0, 10)}/${name}.json`, raw);
  return 'quarantined';
}

/**
 * What makes an element the same at a repeat: where it stood and all of its content, since several
 * elements may share an id. Errors say nothing of when they happened: each report counts.
 */
function identity({ collection, element }: ChangeElement, { change, receivedAt }: ElementContext) {
  const { field, entryId, entryTime } = change;
  const time = collection === 'errors' ? receivedAt : String(entryTime ?? '');
  return [field, collection, entryId, time, JSON.stringify(element) ?? ''];
}

/** The element with everything that its change said around it, as JSON. */
function rawElement({ collection, element }: ChangeElement, change: Change): Buffer {
  const value =
    collection !== '' && isJsonObject(change.value)
      ? { ...frameOf(change.value), ...Object.fromEntries([[collection, [element]]]) }
      : element;
  return Buffer.from(JSON.stringify({ ...change, value }));
}
