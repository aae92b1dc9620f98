import { hash } from '../../shared/hash.ts';
import type { ParkedChange } from './ledger.port.ts';

/**
 * How parked changes lie in the table. Each is an item of its owner, with attributes:
 * - `body`: the message of `webhook-events`, ready to be queued again;
 * - `token`: another one at each parking, so that nobody deletes what was parked anew meanwhile.
 *
 * Each owner is an item of one common key, with the attribute `owner`, by which a sweep finds it.
 */
export function parkedKey(owner: string): string {
  return `PARKED#${owner}`;
}

/** The sort key of a parked change: parking the same again is the same item. */
export function parkedSortKey({ body }: ParkedChange): string {
  return hash(body);
}

/** The key of all owners with parked changes. */
export const parkedOwnersKey = 'PARKED_OWNERS';

/** The sort key of an owner: what Meta calls it may be empty or longer than a key can be. */
export function parkedOwnerSortKey(owner: string): string {
  return hash(owner);
}
