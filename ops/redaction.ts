import { randomUUID } from 'node:crypto';
import { hash } from '../shared/hash.ts';
import { isJsonObject, parseJson } from '../shared/json.ts';

/** Fields whose values are of a fixed vocabulary, or ours. */
const ownFields: ReadonlySet<string> = new Set([
  ...['type', 'status', 'state', 'kind', 'field', 'reason', 'object', 'messaging_product'],
  ...['changed', 'eventName', 'condition', 'organizationId', 'eventId', 'objectKey'],
  ...['receivedAt', 'occurredAt'],
]);

/** A word, a time, an id that we have made: no phone number, and no sentence. */
const ownValue =
  /^(?!.*\d{7})[\w.:/-]{1,60}$|^\d{4}-\d\d-\d\dT[\d:.]+Z$|^[\w-]{43}$|^oversize\/[\w-]{43}\.json\.gz$/;

const plainName = /^(?!.*\d{5})[A-Za-z_$][\w$-]{0,60}$/;

/** Above that a number may be somebody's. */
const smallNumber = 1_000_000;

const shownElements = 3;

/**
 * Makes what it is given unreadable and leaves its structure: instead of a text stands its length and a mark,
 * which is the same for equal texts, but only in what one redactor has made.
 */
export function redactor(): (value: unknown) => unknown {
  const salt = randomUUID();
  const marked = (text: string) => `text(${text.length})#${hash(salt, text).slice(0, 6)}`;

  function redact(value: unknown, name = ''): unknown {
    if (Array.isArray(value)) {
      const more = value.length - shownElements;
      const shown = value.slice(0, shownElements).map((element) => redact(element, name));
      return more > 0 ? [...shown, `and ${more} more`] : shown;
    }
    if (isJsonObject(value)) {
      return Object.fromEntries(
        Object.entries(value).map(([key, inner]) => [
          plainName.test(key) ? key : marked(key),
          redact(inner, key),
        ]),
      );
    }
    if (typeof value === 'string') {
      const json = /^[{[]/.test(value) ? parseJson(value) : undefined;
      if (json?.ok) return redact(json.value, name);
      return ownFields.has(name) && ownValue.test(value) ? value : marked(value);
    }
    return typeof value === 'number' && Math.abs(value) >= smallNumber
      ? marked(String(value))
      : value;
  }

  return (value) => redact(value);
}
