import { describe, expect, it } from '@jest/globals';
import { acceptByStatus } from '../../shared/sends/accept-by-status.ts';
import { sendIdOf } from '../../shared/sends/send-id.ts';
import type { SendRecord, SendState } from '../../shared/sends/send-record.schema.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';

const created = '2026-11-22T10:00:00.000Z';
const at = '2026-11-22T10:05:00.000Z';
const sendId = sendIdOf('north', 'a key');
const status = { organizationId: 'north', phoneNumberId: '2001', sendId, messageId: 'wamid.1', at };

function recordIn(state: SendState): SendRecord {
  return {
    ...{ sendId, organizationId: 'north', phoneNumberId: '2001', wabaId: '1001' },
    clientReference: 'order 17',
    requestHash: 'hash',
    state,
    ...{ lane: 'agent', laneKey: 'lane', holdsLane: true },
    attempts: 1,
    ...{ createdAt: created, stateAt: created, sendBy: at, settleAt: at },
    error: { code: 0, class: 'retry', reason: 'timeout' },
  };
}

async function ledgerWith(state: SendState): Promise<MemorySendLedger> {
  const ledger = new MemorySendLedger();
  await ledger.create(recordIn(state));
  return ledger;
}

describe('a status of a message that was sent', () => {
  it.each(['PENDING', 'DISPATCHED', 'FAILED', 'UNKNOWN', 'UNRESOLVED', 'EXPIRED'] as const)(
    'settles a send that is %s',
    async (state) => {
      const ledger = await ledgerWith(state);
      await acceptByStatus(status, ledger);
      const { settleAt, error, ...kept } = recordIn(state);
      expect(ledger.records).toEqual([
        { ...kept, state: 'ACCEPTED', stateAt: at, holdsLane: false, messageId: 'wamid.1' },
      ]);
      expect(ledger.told.map(({ event }) => event)).toMatchObject([
        { status: 'accepted', messageId: 'wamid.1', occurredAt: at, clientReference: 'order 17' },
      ]);
    },
  );

  it('reads and writes it once', async () => {
    const ledger = await ledgerWith('DISPATCHED');
    const calls: string[] = [];
    await acceptByStatus(status, {
      find(...key) {
        calls.push('find');
        return ledger.find(...key);
      },
      replace(...change) {
        calls.push('replace');
        return ledger.replace(...change);
      },
    });
    expect(calls).toEqual(['find', 'replace']);
  });

  it('changes nothing of a send that is accepted', async () => {
    const ledger = await ledgerWith('ACCEPTED');
    await acceptByStatus(status, ledger);
    expect(ledger.records).toEqual([recordIn('ACCEPTED')]);
    expect(ledger.told).toEqual([]);
  });

  it.each([
    ['of another number', { ...status, phoneNumberId: '2002' }],
    ['of another organisation', { ...status, organizationId: 'south' }],
    ['that nobody knows', { ...status, sendId: sendIdOf('north', 'another key') }],
  ])('changes nothing where it names a send %s', async (_whose, forged) => {
    const ledger = await ledgerWith('UNKNOWN');
    await acceptByStatus(forged, ledger);
    expect(ledger.records).toEqual([recordIn('UNKNOWN')]);
  });

  it('reads again what somebody else has changed in between', async () => {
    const ledger = await ledgerWith('DISPATCHED');
    let lost = 0;
    await acceptByStatus(status, {
      find: (...key) => ledger.find(...key),
      async replace(stored, next, event) {
        if (lost < 3) {
          lost++;
          await ledger.replace(stored, recordIn('UNKNOWN'));
        }
        return ledger.replace(stored, next, event);
      },
    });
    expect(ledger.records).toMatchObject([{ state: 'ACCEPTED' }]);
  });

  it('gives up on a send that never stands still', async () => {
    const ledger = await ledgerWith('DISPATCHED');
    let tries = 0;
    const losing = acceptByStatus(status, {
      find: (...key) => ledger.find(...key),
      async replace() {
        tries++;
        return undefined;
      },
    });
    await expect(losing).rejects.toThrow('changed 10 times');
    expect(tries).toBe(10);
  });
});
