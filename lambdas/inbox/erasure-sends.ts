import type { SendRecord } from '../../shared/sends/send-record.schema.ts';

/** In place of what would lead back to the request or to its recipient. */
const erased = 'erased';

/**
 * What is left of a send: a state that nobody sends from, under its key, which no request fits any more.
 * @returns undefined where nothing else is there, or where it is in Meta's hands and not `evenOpen`
 */
export function withoutTraces(
  record: SendRecord,
  { evenOpen, at }: { evenOpen: boolean; at: string },
): SendRecord | undefined {
  const { sendId, organizationId, phoneNumberId, wabaId, lane, attempts, createdAt, sendBy } =
    record;
  const isOpen = record.state === 'DISPATCHED' || record.state === 'UNKNOWN';
  if (record.requestHash === erased || (isOpen && !evenOpen)) {
    return undefined;
  }
  const waits = record.state === 'PENDING';
  return {
    ...{ sendId, organizationId, phoneNumberId, wabaId, lane, attempts, createdAt, sendBy },
    ...{ requestHash: erased, laneKey: erased, holdsLane: false, stateAt: at },
    state: waits ? 'EXPIRED' : isOpen ? 'UNRESOLVED' : record.state,
  };
}
