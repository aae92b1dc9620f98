import { hash } from '../hash.ts';

/**
 * How a send lies in the table, `SEND#<organisation>#<sendId>` / `SEND`:
 * - `record`: the `SendRecord` as JSON; `version`: a number that each change adds one to; `writeId`: of
 *   the last write, by which a writer knows its own;
 * - `told:<status>`: the event `send.updated` of a status as JSON, each written once with the record's
 *   change: what is new in the stream is what `publish` tells;
 * - `listing`, `listingOrder`: while something is open, `OPEN_SENDS#<shard>` and `settleAt`, by which the
 *   index finds it;
 * - `organizationId`, `conversationId`, `orderKey`, `changedAt`: by which its events are found again, as
 *   `conversation-place.ts` says;
 * - `expiresAt`: 30 days after its creation, longer than any redelivery.
 */
export function sendItemKey(organizationId: string, sendId: string): string {
  return `${sendKeyPrefix}${organizationId}#${sendId}`;
}

/** How the key of every send begins. */
export const sendKeyPrefix = 'SEND#';

/** A send's sort key. */
export const sendSortKey = 'SEND';

/** The item of a lane: in the set `held` the ids of the sends that hold it. */
export function laneItemKey(laneKey: string): string {
  return `LANE#${laneKey}`;
}

/** A lane's sort key. */
export const laneSortKey = 'LANE';

/** The partition of the sends that a caller gave one reference. */
export function referencePartition(organizationId: string, clientReference: string): string {
  return `SENDREF#${organizationId}#${hash(clientReference)}`;
}

/** A send's sort key among those with its reference. */
export function referenceSortKey({
  createdAt,
  sendId,
}: Record<'createdAt' | 'sendId', string>): string {
  return `${createdAt}#${sendId}`;
}

/** Reads a send's key. */
export function sendOfKey(pk: string): { organizationId: string; sendId: string } {
  const [, organizationId = '', sendId = ''] = pk.split('#');
  return { organizationId, sendId };
}

const toldPrefix = 'told:';

/** The attribute that holds the event of a status. */
export function toldAttribute(status: string): string {
  return `${toldPrefix}${status}`;
}

/** Tells whether an attribute holds an event of a send. */
export function isToldAttribute(name: string): boolean {
  return name.startsWith(toldPrefix);
}
