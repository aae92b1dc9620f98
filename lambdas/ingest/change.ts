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

/** One element of one of a change's arrays: a message, a status, an error, ... */
export interface ChangeElement {
  /** The array it stands in: `messages`, `statuses`, ... */
  collection: string;
  element: unknown;
  /** Where it stood among all elements of the webhook. */
  position: number;
}

/** `contacts` describes the other elements and is none itself. */
const describing = 'contacts';

/** The elements of a change in Meta's order. A change without arrays has none: it is its own element. */
export function elementsOf({ value, position }: Change): ChangeElement[] {
  if (!isJsonObject(value)) {
    return [];
  }
  return Object.entries(value)
    .filter(([name, array]) => name !== describing && Array.isArray(array))
    .flatMap(([collection, array]) =>
      (Array.isArray(array) ? array : []).map((element: unknown) => ({ collection, element })),
    )
    .map((each, index) => ({ ...each, position: position + index }));
}

/** What a change says beside its arrays of elements: `metadata`, `messaging_product`, ... */
export function frameOf(value: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(value).filter(([name, field]) => name === describing || !Array.isArray(field)),
  );
}

/** The business phone number that a change belongs to, where it names one. */
export function phoneNumberIdOf({ value }: Change): string | undefined {
  const metadata = isJsonObject(value) ? value['metadata'] : undefined;
  const id = isJsonObject(metadata) ? metadata['phone_number_id'] : undefined;
  return typeof id === 'string' && id !== '' ? id : undefined;
}
