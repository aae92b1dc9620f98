import { sendUpdated } from '../../shared/sends/send-event.ts';
import type { SendLedger } from '../../shared/sends/send-ledger.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { ended, unknown } from './hand-over.ts';

/** What settling needs from outside. */
export interface SettlePorts {
  ledger: SendLedger;
  now(): Date;
  report(error: unknown): void;
}

/** How many sends became what. */
export type SettledCounts = Record<'unknown' | 'unresolved' | 'failed' | 'expired', number>;

/** Read at once. */
const pageSize = 100;

/**
 * Moves sends on that nobody else will: handed over by something that died (UNKNOWN), unknown for too
 * long (UNRESOLVED), never queued (FAILED), waiting past their time (EXPIRED).
 * @param deadlineMs when to stop, epoch ms: what is left then is the next run's
 */
export async function settleOpenSends(
  deadlineMs: number,
  { ledger, now, report }: SettlePorts,
): Promise<SettledCounts> {
  const counts: SettledCounts = { unknown: 0, unresolved: 0, failed: 0, expired: 0 };
  for (;;) {
    const due = await ledger.due(now().toISOString(), pageSize);
    const settled = await Promise.all(
      due
        .map(async ({ organizationId, sendId }) => {
          const stored = await ledger.find(organizationId, sendId);
          const next = stored && settledRecord(stored.record, now());
          if (!next || !(await ledger.replace(stored, next, sendUpdated(next)))) {
            return false;
          }
          counts[countOf(next)]++;
          return true;
        })
        .map((work) =>
          work.catch((error: unknown) => {
            report(error);
            return false;
          }),
        ),
    );
    // The index lags behind the items: a page of which nothing moved would come again at once.
    if (due.length < pageSize || !settled.includes(true) || now().getTime() > deadlineMs) {
      return counts;
    }
  }
}

/** What an overdue record becomes; undefined where it is not overdue. */
function settledRecord(record: SendRecord, now: Date): SendRecord | undefined {
  if (record.settleAt === undefined || Date.parse(record.settleAt) > now.getTime()) {
    return undefined;
  }
  switch (record.state) {
    case 'DISPATCHED':
      return unknown(record, now);
    case 'UNKNOWN':
      return ended(record, 'UNRESOLVED', now);
    case 'PENDING':
      return record.queuedAt === undefined
        ? ended(record, 'FAILED', now, {
            error: { code: 0, class: 'permanent', reason: 'not-queued' },
          })
        : ended(record, 'EXPIRED', now);
    default:
      return undefined;
  }
}

function countOf({ state }: SendRecord): keyof SettledCounts {
  switch (state) {
    case 'UNKNOWN':
      return 'unknown';
    case 'UNRESOLVED':
      return 'unresolved';
    case 'FAILED':
      return 'failed';
    default:
      return 'expired';
  }
}
