import { appended } from '../../shared/appended.ts';
import { isJsonObject, parseJson } from '../../shared/json.ts';
import { type Change, elementCountOf } from './change.ts';

/** What a webhook's body turned out to be. */
export interface Envelope {
  changes: Change[];
  /** Why the body, or a part of it, has to be set aside: undefined where all of it was understood. */
  problem?: 'not-json' | 'too-deep' | 'not-whatsapp' | 'malformed-entry' | undefined;
}

const whatsApp = 'whatsapp_business_account';

/** Reads a verified body. Never throws; what is wrong in one place costs nothing in another. */
export function readEnvelope(text: string): Envelope {
  const json = parseJson(text);
  if (!json.ok) {
    return { changes: [], problem: json.problem };
  }
  const body = json.value;
  if (
    !isJsonObject(body) ||
    (body['object'] ?? whatsApp) !== whatsApp ||
    !Array.isArray(body['entry'])
  ) {
    return { changes: [], problem: 'not-whatsapp' };
  }
  let changes: Change[] | undefined;
  let malformed = false;
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
        field: fieldIn(element) ?? fieldIn(entry) ?? fieldIn(element['value']) ?? '',
        position: positionAfter(changes?.at(-1)),
        value: element['value'] ?? null,
      };
      if (typeof time === 'number' && Number.isFinite(time)) change.entryTime = time;
      changes = appended(changes, change);
    }
  }
  return { changes: changes ?? [], problem: malformed ? 'malformed-entry' : undefined };
}

/** Where the next element stands among all elements of the webhook. */
function positionAfter(change: Change | undefined): number {
  return change ? change.position + elementCountOf(change) : 0;
}

/**
 * The name of a change's field. Meta's examples of an installed and of an uninstalled app print it one
 * level too high and one too low, and `object` with it. Source: Meta, Webhooks reference, account_update.
 */
function fieldIn(place: unknown): string | undefined {
  const field = isJsonObject(place) ? place['field'] : undefined;
  return typeof field === 'string' ? field : undefined;
}
