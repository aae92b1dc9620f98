import { isJsonObject } from '../../shared/json.ts';
import { byteLength, toSqsText } from '../../shared/sqs.ts';
import { type Change, elementsOf, frameOf, phoneNumberIdOf, wabaIdOf } from './change.ts';
import type { WebhookMessage } from './webhook-message.schema.ts';

/** Five of these fill one SQS batch, and ten of them fit an invocation of the consumer. */
export const messageBytes = 200 * 1024;

/** A queue message before it is packed: changes of one business phone number, or of one WABA. */
export interface ChangeBundle {
  /** The phone number id, else the WABA id: what SQS shares its attention among. */
  owner: string;
  /** The `WebhookMessage` as JSON that SQS accepts. Above `messageBytes` only where one update alone is. */
  json: string;
}

/** Splits a webhook by phone number (else WABA), and each share into bundles of at most `messageBytes`. */
export function splitChanges(changes: readonly Change[], receivedAt: string): ChangeBundle[] {
  const byOwner = Map.groupBy(changes, (change) => phoneNumberIdOf(change) ?? wabaIdOf(change));
  return [...byOwner].flatMap(([owner, owned]) =>
    bundle(owned, receivedAt).map((json) => ({ owner, json })),
  );
}

/** Fills bundles with changes, in their order. */
function bundle(changes: readonly Change[], receivedAt: string): string[] {
  const empty: WebhookMessage = { schemaVersion: 1, receivedAt, changes: [] };
  const [head = '', tail = ''] = JSON.stringify(empty).split('[]');
  const room = messageBytes - byteLength(head) - byteLength(tail) - 2;
  const bundles: string[][] = [[]];
  let used = 0;
  for (const json of changes.flatMap((change) => serialise(change, room))) {
    const bytes = byteLength(json) + 1;
    if (used > 0 && used + bytes > room) {
      bundles.push([]);
      used = 0;
    }
    bundles.at(-1)?.push(json);
    used += bytes;
  }
  return bundles.map((part) => `${head}[${part.join(',')}]${tail}`);
}

/** A change as JSON, cut between its elements where it is larger than `room` bytes. */
function serialise(change: Change, room: number): string[] {
  const whole = toSqsText(JSON.stringify(change));
  if (byteLength(whole) <= room) {
    return [whole];
  }
  return cut(change, room).map((part) => toSqsText(JSON.stringify(part)));
}

/** Cuts a change between its elements; each part keeps the frame and the contacts that it names. */
function cut(change: Change, room: number): Change[] {
  const elements = elementsOf(change);
  if (!isJsonObject(change.value) || elements.length < 2) {
    return [change];
  }
  const { contacts, ...rest } = frameOf(change);
  const frame = contacts === undefined || Array.isArray(contacts) ? rest : { contacts, ...rest };
  const directory = new ContactDirectory(contacts);
  const frameBytes = byteLength(toSqsText(JSON.stringify({ ...change, value: frame })));

  const parts: Change[] = [];
  let lists = new Map<string, unknown[]>();
  let named = new Set(directory.unnamed(elements.map(({ element }) => element)));
  let used = frameBytes + bytesOf([...named]);
  let position = change.position;
  const flush = () => {
    const people = named.size > 0 ? { contacts: [...named] } : {};
    const value = { ...frame, ...people, ...Object.fromEntries(lists) };
    parts.push({ ...change, position, value });
    lists = new Map();
    named = new Set();
    used = frameBytes;
  };
  for (const { collection, element, position: at } of elements) {
    const people = directory.namedBy(element);
    const added = bytesOf(element) + bytesOf(collection) + bytesOf(people);
    if (lists.size > 0 && used + added > room) {
      flush();
      position = at;
    }
    const list = lists.get(collection);
    if (list) {
      list.push(element);
    } else {
      lists.set(collection, [element]);
    }
    for (const contact of people) {
      named.add(contact);
    }
    // Counts a contact once for each element that names it: too much is safe, too little is not.
    used += added;
  }
  flush();
  return parts;
}

/** Bytes of a value inside a message. */
function bytesOf(value: unknown): number {
  return byteLength(toSqsText(JSON.stringify(value))) + 1;
}

/** Finds a value's contacts: an element names one by its phone number or its BSUID, in whatever field. */
class ContactDirectory {
  readonly #contacts: unknown[];
  readonly #byId = new Map<string, unknown>();

  constructor(contacts: unknown) {
    this.#contacts = Array.isArray(contacts) ? contacts : [];
    for (const contact of this.#contacts.filter(isJsonObject)) {
      for (const id of [contact['wa_id'], contact['user_id']]) {
        if (typeof id === 'string') {
          this.#byId.set(id, contact);
        }
      }
    }
  }

  /** The contacts that an element names, each once. */
  namedBy(element: unknown): unknown[] {
    const ids = isJsonObject(element) ? Object.values(element) : [];
    return [
      ...new Set(ids.flatMap((id) => (typeof id === 'string' ? (this.#byId.get(id) ?? []) : []))),
    ];
  }

  /** The contacts that no element names: kept once, so that nothing is lost. */
  unnamed(elements: readonly unknown[]): unknown[] {
    const named = new Set(elements.flatMap((element) => this.namedBy(element)));
    return this.#contacts.filter((contact) => !named.has(contact));
  }
}
