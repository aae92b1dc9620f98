import { isJsonObject, parseJson } from '../../shared/json.ts';
import { type Change, elementsOf } from './change.ts';

/** What a webhook's body turned out to be. */
export interface Envelope {
  changes: Change[];
  /** Why the body, or a part of it, has to be set aside: undefined where all of it was understood. */
  problem?: 'not-json' | 'too-deep' | 'not-whatsapp' | 'malformed-entry' | undefined;
}

/** Reads a verified body. Never throws; what is wrong in one place costs nothing in another. */
export function readEnvelope(text: string): Envelope {
  const json = parseJson(text);
  if (!json.ok) {
    return { changes: [], problem: json.problem };
  }
  const body = json.value;
  if (
    !isJsonObject(body) ||
    body['object'] !== 'whatsapp_business_account' ||
    !Array.isArray(body['entry'])
  ) {
    return { changes: [], problem: 'not-whatsapp' };
  }
  const changes: Change[] = [];
  let malformed = false;
  let position = 0;
  for (const entry of body['entry']) {
    if (!isJsonObject(entry) || !Array.isArray(entry['changes'])) {
      malformed = true;
      continue;
    }
    const { id, time } = entry;
    for (const element of entry['changes']) {
      if (!isJsonObject(element)) {
        malformed = true;
        continue;
      }
      const change: Change = {
        entryId: typeof id === 'string' || typeof id === 'number' ? String(id) : '',
        ...(typeof time === 'number' ? { entryTime: time } : {}),
        field: typeof element['field'] === 'string' ? element['field'] : '',
        position,
        value: element['value'] ?? null,
      };
      changes.push(change);
      position += elementsOf(change).length;
    }
  }
  return { changes, problem: malformed ? 'malformed-entry' : undefined };
}
