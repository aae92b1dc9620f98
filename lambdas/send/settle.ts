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
export type SettledCounts = Record<'unknown' | 'unresolved' | 'expired', number>;

/** Read at once. */
const pageSize = 100;

/**
 * Moves sends on that nobody else will: handed over by something that died (UNKNOWN), unknown for too
 * long (UNRESOLVED), waiting past their time (EXPIRED).
 * @param deadlineMs when to stop, epoch ms: what is left then is the next run's
 */
export async function settleOpenSends(
  deadlineMs: number,
  { ledger, now, report }: SettlePorts,
): Promise<SettledCounts> {
  const counts: SettledCounts = { unknown: 0, unresolved: 0, expired: 0 };
  const stuck = new Set<string>();
  for (;;) {
    const page = await ledger.due(now().toISOString(), pageSize + stuck.size);
    const due = page.filter(({ sendId }) => !stuck.has(sendId));
    await Promise.all(
      due.map(async ({ organizationId, sendId }) => {
        const settled = await settleOne(organizationId, sendId).catch(report);
        if (settled) {
          counts[countOf(settled)]++;
        } else {
          // The index lags behind the items, and one that fails must not keep those behind it waiting.
          stuck.add(sendId);
        }
      }),
    );
    if (due.length < pageSize || now().getTime() > deadlineMs) {
      return counts;
    }
  }

  async function settleOne(
    organizationId: string,
    sendId: string,
  ): Promise<SendRecord | undefined> {
    const stored = await ledger.find(organizationId, sendId);
    const next = stored && settledRecord(stored.record, now());
    return next && (await ledger.replace(stored, next, sendUpdated(next))) ? next : undefined;
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
      return ended(record, 'EXPIRED', now);
    // Stryker disable next-line ConditionalExpression: without it the function ends the same.
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
    default:
      return 'expired';
  }
}
