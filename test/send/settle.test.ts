import { describe, expect, it } from '@jest/globals';
import { settleOpenSends } from '../../lambdas/send/settle.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';

const createdAt = '2026-11-22T09:00:00.000Z';
const now = '2026-11-22T10:00:00.000Z';
const minuteMs = 60_000;

function recordOf(key: string, difference: Partial<SendRecord>): SendRecord {
  return {
    ...{ sendId: sendIdOf('org-1', key), organizationId: 'org-1', phoneNumberId: '1001' },
    ...{ wabaId: '2001', requestHash: 'hash', laneKey: 'lane', lane: 'agent', holdsLane: true },
    ...{ attempts: 1, createdAt, stateAt: createdAt, sendBy: now, settleAt: now },
    state: 'PENDING',
    ...difference,
  };
}

/** Settles what is due now; the time stands still. */
async function settle(ledger: MemorySendLedger, { deadlineMs = Number.POSITIVE_INFINITY } = {}) {
  const reports: unknown[] = [];
  const report = (error: unknown) => {
    reports.push(error);
  };
  const counts = await settleOpenSends(deadlineMs, { ledger, now: () => new Date(now), report });
  return { counts, reports };
}

async function ledgerWith(records: readonly SendRecord[]): Promise<MemorySendLedger> {
  const ledger = new MemorySendLedger();
  for (const record of records) {
    await ledger.create(record);
  }
  return ledger;
}

const none = { unknown: 0, unresolved: 0, expired: 0 };

function later(ms: number): string {
  return new Date(Date.parse(now) + ms).toISOString();
}

describe('an overdue send', () => {
  it.each<[Partial<SendRecord>, Partial<SendRecord>, keyof typeof none]>([
    [
      { state: 'DISPATCHED' },
      { state: 'UNKNOWN', settleAt: later(15 * minuteMs), holdsLane: false },
      'unknown',
    ],
    [{ state: 'UNKNOWN' }, { state: 'UNRESOLVED', holdsLane: false }, 'unresolved'],
    [{ state: 'PENDING' }, { state: 'EXPIRED', holdsLane: false }, 'expired'],
  ])('%j becomes %j, and is told', async (before, after, counted) => {
    const ledger = await ledgerWith([recordOf('1', before)]);
    expect((await settle(ledger)).counts).toEqual({ ...none, [counted]: 1 });
    const { settleAt, ...was } = recordOf('1', before);
    expect(ledger.records).toEqual([{ ...was, stateAt: now, ...after }]);
    expect(ledger.told.map(({ event }) => event)).toMatchObject([
      { status: counted, occurredAt: now },
    ]);
    expect(await ledger.isHeld('lane')).toBe(false);
  });

  it('is settled once', async () => {
    const ledger = await ledgerWith([recordOf('1', { state: 'DISPATCHED' })]);
    await settle(ledger);
    expect((await settle(ledger)).counts).toEqual(none);
    expect(ledger.told).toHaveLength(1);
  });

  it('that changes meanwhile stays as it was changed', async () => {
    const ledger = await ledgerWith([recordOf('1', { state: 'DISPATCHED' })]);
    const { due } = ledger;
    ledger.due = async (...of) => {
      const found = await due.apply(ledger, of);
      const stored = await ledger.find('org-1', sendIdOf('org-1', '1'));
      if (stored) await ledger.replace(stored, { ...stored.record, state: 'ACCEPTED' });
      return found;
    };
    expect((await settle(ledger)).counts).toEqual(none);
    expect(ledger.records).toMatchObject([{ state: 'ACCEPTED' }]);
  });
});

it.each<Partial<SendRecord>>([
  { state: 'DISPATCHED', settleAt: later(1) },
  { state: 'UNKNOWN', settleAt: later(1) },
  { state: 'PENDING', settleAt: later(1) },
  { state: 'DISPATCHED', settleAt: undefined },
  { state: 'ACCEPTED', settleAt: undefined },
])('%j stays, whatever an index that lags behind says of it', async (difference) => {
  const record = recordOf('1', difference);
  const ledger = await ledgerWith([record]);
  ledger.due = async () => [record];
  expect((await settle(ledger)).counts).toEqual(none);
  expect(ledger.records).toEqual([record]);
});

describe('many overdue sends', () => {
  const many = Array.from({ length: 250 }, (_, index) =>
    recordOf(String(index), { state: 'UNKNOWN', settleAt: later(-index) }),
  );

  it('are settled page by page', async () => {
    const ledger = await ledgerWith(many);
    expect((await settle(ledger)).counts).toEqual({ ...none, unresolved: 250 });
    expect(new Set(ledger.records.map(({ state }) => state))).toEqual(new Set(['UNRESOLVED']));
  });

  it('are left to the next run when the time is over', async () => {
    const ledger = await ledgerWith(many);
    const deadlineMs = Date.parse(now) - 1;
    expect((await settle(ledger, { deadlineMs })).counts.unresolved).toBe(100);
    expect((await settle(ledger, { deadlineMs: Date.parse(now) })).counts.unresolved).toBe(150);
  });

  it.each([1, 100])('%d that fail are reported, and stop no other', async (failing) => {
    const ledger = await ledgerWith(many);
    const { find } = ledger;
    const failure = new Error('DynamoDB is away');
    const longestOverdue = many.slice(-failing).map(({ sendId }) => sendId);
    ledger.find = async (organizationId, sendId) => {
      if (longestOverdue.includes(sendId)) {
        throw failure;
      }
      return find.call(ledger, organizationId, sendId);
    };
    const { counts, reports } = await settle(ledger);
    expect(counts.unresolved).toBe(250 - failing);
    expect(reports).toEqual(Array(failing).fill(failure));
  });

  it('an index that lags behind keeps nobody running', async () => {
    const ledger = await ledgerWith(many);
    const stale = many.slice(0, 100).map(({ organizationId, sendId }) => ({
      ...{ organizationId, sendId },
    }));
    ledger.due = async () => stale;
    expect((await settle(ledger)).counts.unresolved).toBe(100);
  });
});
