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

/** The names of a change's parts, in the order in which Meta wrote them. */
function partsOf({ field, value }: Change): string[] {
  const names = collectionsOf.get(field);
  const parts: string[] = [];
  if (names && isJsonObject(value)) {
    for (const name in value) {
      const part = value[name];
      if (typeof part === 'object' && part !== null && names.includes(name)) parts.push(name);
    }
  }
  return parts;
}

/** The elements of a change in Meta's order. A change without parts is its own element. */
export function elementsOf(change: Change): ChangeElement[] {
  const { value, position } = change;
  const elements: ChangeElement[] = [];
  for (const collection of partsOf(change)) {
    for (const element of partOf(value, collection)) {
      elements.push({ collection, element, position: position + elements.length });
    }
  }
  return elements.length > 0 ? elements : [{ collection: '', element: value, position }];
}

/** How many `elementsOf` a change gives. */
export function countElements(change: Change): number {
  let count = 0;
  for (const collection of partsOf(change)) {
    count += partOf(change.value, collection).length;
  }
  return count || 1;
}

/** A lone object is an array of one. */
function partOf(value: unknown, collection: string): unknown[] {
  // Stryker disable next-line ConditionalExpression: for the compiler alone, only an object has parts.
  const part = isJsonObject(value) ? value[collection] : undefined;
  return Array.isArray(part) ? part : [part];
}

/** What a change says beside its parts: `metadata`, `contacts`, ... */
export function frameOf(change: Change): JsonObject {
  const parts = partsOf(change);
  const entries = isJsonObject(change.value) ? Object.entries(change.value) : [];
  return Object.fromEntries(entries.filter(([name]) => !parts.includes(name)));
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
    idIn(parts['metadata'], 'phone_number_id') ??
    idIn(parts['phone_number_settings'], 'phone_number_id') ??
    // A handover has no metadata. Source: Meta, Webhooks reference, messaging_handovers.
    idIn(parts['recipient'], 'phone_number_id')
  );
}

/**
 * The WABA that a change belongs to. Where it is about a partner, `entry.id` is a business portfolio.
 * Source: Meta, Webhooks reference, account_update.
 */
export function wabaIdOf({ entryId, value }: Change): string {
  const parts = isJsonObject(value) ? value : {};
  return idIn(parts['waba_info'], 'waba_id') ?? entryId;
}

function idIn(part: unknown, name: 'phone_number_id' | 'waba_id'): string | undefined {
  const id = isJsonObject(part) ? part[name] : undefined;
  return typeof id === 'number' || (typeof id === 'string' && id !== '') ? String(id) : undefined;
}
