import { appended } from '../../shared/appended.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';

/** One element of a webhook's `entry[].changes[]`, or a part of one that was too large. */
export interface Change {
  /** `entry.id`: the WABA, or for some account fields a business portfolio. */
  entryId: string;
  /** `entry.time` in seconds, where Meta sends it. */
  entryTime?: number | undefined;
  field: string;
  /** Where the first element of this change stood among all elements of the webhook. */
  position: number;
  /** Meta's object, untouched. */
  value: unknown;
}

/** One thing that a change reports: a message, a status, an error, ... */
export interface ChangeElement {
  /** The array (or object) of the value that it stands in: `messages`, `statuses`, ...; "" for the value itself. */
  collection: string;
  element: unknown;
  /** Where it stood among all elements of the webhook. */
  position: number;
}

/**
 * The parts of a field's value that each report something of their own. The value of any other
 * field is one report, whatever arrays it has. Source: Meta, Webhooks, fields reference.
 */
const collectionsOf = new Map<string, readonly string[]>(
  Object.entries({
    messages: ['messages', 'statuses', 'errors', 'user_actions', 'conversation_context'],
    calls: ['calls', 'statuses', 'errors'],
    smb_message_echoes: ['message_echoes', 'errors'],
    message_echoes: ['message_echoes', 'errors'],
    history: ['history', 'messages', 'message_echoes', 'errors'],
    smb_app_state_sync: ['state_sync', 'errors'],
    user_preferences: ['user_preferences', 'errors'],
    user_id_update: ['user_id_update', 'errors'],
    automatic_events: ['automatic_events', 'errors'],
    group_lifecycle_update: ['groups', 'errors'],
    group_participants_update: ['groups', 'errors'],
    group_settings_update: ['groups', 'errors'],
    group_status_update: ['groups', 'errors'],
  }),
);

/** Tells whether one of a value's fields is a part. */
function isPart(
  collections: readonly string[] | undefined,
  name: string,
  field: unknown,
): field is object {
  return (
    collections !== undefined &&
    typeof field === 'object' &&
    field !== null &&
    collections.includes(name)
  );
}

/** The elements of a change in Meta's order. A change without parts is its own element. */
export function elementsOf(change: Change): ChangeElement[] {
  const { field, value, position } = change;
  const collections = collectionsOf.get(field);
  let elements: ChangeElement[] | undefined;
  // Stryker disable next-line ConditionalExpression: for the compiler alone, nothing else has parts.
  if (isJsonObject(value)) {
    for (const collection in value) {
      const part = value[collection];
      if (!isPart(collections, collection, part)) continue;
      // A lone object is an array of one.
      for (const element of Array.isArray(part) ? part : [part]) {
        const at = position + (elements?.length ?? 0);
        elements = appended(elements, { collection, element, position: at });
      }
    }
  }
  return elements ?? [{ collection: '', element: value, position }];
}

/** How many `elementsOf` a change gives, without making them. */
export function elementCountOf({ field, value }: Change): number {
  const collections = collectionsOf.get(field);
  let count = 0;
  // Stryker disable next-line ConditionalExpression: for the compiler alone, nothing else has parts.
  if (isJsonObject(value)) {
    for (const collection in value) {
      const part = value[collection];
      if (isPart(collections, collection, part)) count += Array.isArray(part) ? part.length : 1;
    }
  }
  return Math.max(count, 1);
}

/** What a change says beside its parts: `metadata`, `contacts`, ... */
export function frameOf(change: Change): JsonObject {
  const collections = collectionsOf.get(change.field);
  const entries = isJsonObject(change.value) ? Object.entries(change.value) : [];
  return Object.fromEntries(entries.filter(([name, field]) => !isPart(collections, name, field)));
}

/** The element with everything that its change said around it, as JSON. */
export function rawElement(
  change: Change,
  { collection, element }: Pick<ChangeElement, 'collection' | 'element'>,
): Buffer {
  const value =
    collection === ''
      ? element
      : { ...frameOf(change), ...Object.fromEntries([[collection, [element]]]) };
  return Buffer.from(JSON.stringify({ ...change, value }));
}

/** The business phone number that a change belongs to, where it names one. */
export function phoneNumberIdOf({ value }: Change): string | undefined {
  const parts = isJsonObject(value) ? value : {};
  return (
    phoneNumberIdIn(parts['metadata']) ??
    phoneNumberIdIn(parts['phone_number_settings']) ??
    // A handover has no metadata. Source: Meta, Webhooks reference, messaging_handovers.
    phoneNumberIdIn(parts['recipient'])
  );
}

/**
 * The WABA that a change belongs to. Where it is about a partner, `entry.id` is a business portfolio.
 * Source: Meta, Webhooks reference, account_update.
 */
export function wabaIdOf({ entryId, value }: Change): string {
  const parts = isJsonObject(value) ? value : {};
  const info = parts['waba_info'];
  return (isJsonObject(info) ? idOf(info['waba_id']) : undefined) ?? entryId;
}

function phoneNumberIdIn(part: unknown): string | undefined {
  return isJsonObject(part) ? idOf(part['phone_number_id']) : undefined;
}

function idOf(id: unknown): string | undefined {
  return typeof id === 'number' || (typeof id === 'string' && id !== '') ? String(id) : undefined;
}
