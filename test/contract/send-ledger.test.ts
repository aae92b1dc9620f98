import {
  DynamoDBClient,
  GetItemCommand,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type SendUpdated, sendUpdated } from '../../shared/sends/send-event.ts';
import { isToldAttribute, sendItemKey, sendSortKey } from '../../shared/sends/send-item.ts';
import { sendLedgerInDynamoDb } from '../../shared/sends/send-ledger.dynamodb.ts';
import type { SendLedger, StoredSend } from '../../shared/sends/send-ledger.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { MemorySendLedger } from '../fakes/memory-send-ledger.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

/** A ledger, and the events in it. */
interface OpenLedger {
  ledger: SendLedger;
  told(record: SendRecord): Promise<SendUpdated[]>;
}

function inMemory(): OpenLedger {
  const ledger = new MemorySendLedger();
  return {
    ledger,
    told: async ({ sendId }) =>
      ledger.told.flatMap((told) => (told.sendId === sendId ? [told.event] : [])),
  };
}

function inDynamoDb(client = engines.dynamoDb): OpenLedger {
  const { tableName, indexName } = engines;
  const reader = tableReader(client, tableName);
  return {
    ledger: sendLedgerInDynamoDb(client, { tableName, indexName, reader }),
    async told({ organizationId, sendId }) {
      const item = await itemAt(sendItemKey(organizationId, sendId), sendSortKey);
      return Object.entries(item ?? {})
        .filter(([name]) => isToldAttribute(name))
        .map(([, { S = '' }]) => JSON.parse(S))
        .sort((one, other) => (one.occurredAt < other.occurredAt ? -1 : 1));
    },
  };
}

async function itemAt(pk: string, sk: string) {
  const Key = { pk: { S: pk }, sk: { S: sk } };
  const { tableName: TableName } = engines;
  return (await engines.dynamoDb.send(new GetItemCommand({ TableName, Key }))).Item;
}

const createdAt = '2026-11-22T10:00:00.000Z';

let next = 0;
function newRecord(differences: Partial<SendRecord> = {}): SendRecord {
  const number = next++;
  return {
    sendId: `${String.fromCharCode(65 + (number % 26))}-send-${number}`,
    organizationId: 'north',
    phoneNumberId: '2001',
    wabaId: '1001',
    requestHash: 'hash',
    state: 'DISPATCHED',
    lane: 'agent',
    laneKey: `lane-${number}`,
    holdsLane: false,
    attempts: 1,
    createdAt,
    stateAt: createdAt,
    sendBy: '2026-11-23T10:00:00.000Z',
    ...differences,
  };
}

const accepted = (record: SendRecord, at = '2026-11-22T10:00:01.000Z'): SendRecord => ({
  ...record,
  state: 'ACCEPTED',
  stateAt: at,
  messageId: 'wamid.1',
});

async function createIn(ledger: SendLedger, record: SendRecord): Promise<StoredSend> {
  const stored = await ledger.create(record);
  if (!stored) throw new Error('There is such a send already');
  return stored;
}

describe.each([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
])('the sends %s', (_where, openLedger) => {
  const open = () => openLedger();
  const find = (ledger: SendLedger, { organizationId, sendId }: SendRecord) =>
    ledger.find(organizationId, sendId);

  it('are found as they were written, by their own organisation', async () => {
    const { ledger } = open();
    const record = newRecord({ clientReference: 'مرحبا', settleAt: '2026-11-22T11:00:00.000Z' });
    expect(await find(ledger, record)).toBeUndefined();
    const created = await ledger.create(record);
    expect(created?.record).toEqual(record);
    expect(await find(ledger, record)).toEqual(created);
    expect(await ledger.find('south', record.sendId)).toBeUndefined();
  });

  it('are created once, and stay as they were first', async () => {
    const { ledger } = open();
    const record = newRecord();
    const created = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ledger.create({ ...record, requestHash: String(index) }),
      ),
    );
    const [first, ...others] = created.filter((stored) => stored !== undefined);
    expect(others).toEqual([]);
    expect(await find(ledger, record)).toEqual(first);
  });

  it('change while they are as they were read', async () => {
    const { ledger } = open();
    const created = await createIn(ledger, newRecord());
    const replaced = await ledger.replace(created, accepted(created.record));
    expect(replaced?.record).toEqual(accepted(created.record));
    expect(await ledger.replace(created, { ...created.record, state: 'FAILED' })).toBeUndefined();
    expect(await find(ledger, created.record)).toEqual(replaced);
  });

  it('change for one of many who have read the same', async () => {
    const { ledger } = open();
    const created = await createIn(ledger, newRecord());
    const replaced = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ledger.replace(created, { ...created.record, attempts: index }),
      ),
    );
    expect(replaced.filter((stored) => stored !== undefined)).toHaveLength(1);
  });

  it('do not change once they are gone', async () => {
    const { ledger } = open();
    const created = await createIn(ledger, newRecord());
    expect(await ledger.remove(created)).toBe(true);
    expect(await ledger.replace(created, accepted(created.record))).toBeUndefined();
    expect(await ledger.remove(created)).toBe(false);
    expect(await find(ledger, created.record)).toBeUndefined();
  });

  it('are removed only as they were read, not when they were changed or created anew', async () => {
    const { ledger } = open();
    const created = await createIn(ledger, newRecord());
    const replaced = await ledger.replace(created, { ...created.record, attempts: 2 });
    expect(await ledger.remove(created)).toBe(false);
    expect(replaced && (await ledger.remove(replaced))).toBe(true);
    const again = { ...created.record, createdAt: '2026-11-22T10:00:00.150Z' };
    const createdAgain = await createIn(ledger, again);
    expect(await ledger.remove(created)).toBe(false);
    expect(await ledger.replace(created, accepted(created.record))).toBeUndefined();
    expect(await find(ledger, again)).toEqual(createdAgain);
  });

  it('tell of themselves with their change, of each status once', async () => {
    const { ledger, told } = open();
    const record = newRecord({ state: 'PENDING' });
    const created = await ledger.create(record, sendUpdated(record));
    const ends = [accepted(record), accepted(record, '2026-11-22T10:00:09.000Z')];
    let stored = created;
    for (const end of ends) {
      stored = stored && (await ledger.replace(stored, end, sendUpdated(end)));
    }
    const late = { ...record, state: 'FAILED' } as const;
    expect(created && (await ledger.replace(created, late, sendUpdated(late)))).toBeUndefined();
    expect(await told(record)).toEqual([sendUpdated(record), sendUpdated(accepted(record))]);
  });

  it('are found by what their caller called them, newest first, 50 at most', async () => {
    const { ledger } = open();
    const clientReference = `order/${next} #7`;
    const records = Array.from({ length: 53 }, (_, index) =>
      newRecord({
        clientReference,
        createdAt: new Date(Date.parse(createdAt) + index).toISOString(),
      }),
    );
    const stored = await Promise.all(records.map((record) => createIn(ledger, record)));
    await createIn(ledger, newRecord({ clientReference, organizationId: 'south' }));
    await createIn(ledger, newRecord({ clientReference: 'another' }));
    const newest = records.toReversed().map(({ sendId }) => sendId);
    expect(await ledger.byClientReference('north', clientReference)).toEqual(newest.slice(0, 50));
    await Promise.all(stored.slice(2).map((send) => ledger.remove(send)));
    expect(await ledger.byClientReference('north', clientReference)).toEqual(newest.slice(51));
    expect(await ledger.byClientReference('east', clientReference)).toEqual([]);
  });

  it('hold their lane until the last of them lets it go', async () => {
    const { ledger } = open();
    const laneKey = `shared-lane-${next}`;
    expect(await ledger.isHeld(laneKey)).toBe(false);
    const free = await createIn(ledger, newRecord({ laneKey }));
    expect(await ledger.isHeld(laneKey)).toBe(false);
    const first = await createIn(ledger, newRecord({ laneKey, holdsLane: true }));
    const second = await ledger.replace(free, { ...free.record, holdsLane: true });
    expect(await ledger.isHeld(laneKey)).toBe(true);
    const still = await ledger.replace(first, { ...first.record, attempts: 2 });
    expect(still && (await ledger.remove(still))).toBe(true);
    expect(await ledger.isHeld(laneKey)).toBe(true);
    const ended = second && { ...accepted(second.record), holdsLane: false };
    expect(ended && (await ledger.replace(second, ended))).toBeDefined();
    expect(await ledger.isHeld(laneKey)).toBe(false);
  });

  it('that change too late change no lane', async () => {
    const { ledger } = open();
    const stale = await createIn(ledger, newRecord());
    await ledger.replace(stale, accepted(stale.record));
    expect(await ledger.replace(stale, { ...stale.record, holdsLane: true })).toBeUndefined();
    const twin = { ...stale.record, holdsLane: true };
    expect(await ledger.create(twin)).toBeUndefined();
    expect(await ledger.isHeld(stale.record.laneKey)).toBe(false);
  });

  it('all get into a lane that they enter and leave at the same time', async () => {
    const { ledger } = open();
    const laneKey = `busy-lane-${next}`;
    const created = await Promise.all(
      Array.from({ length: 12 }, () => createIn(ledger, newRecord({ laneKey, holdsLane: true }))),
    );
    const left = await Promise.all(
      created.map((stored) =>
        ledger.replace(stored, { ...accepted(stored.record), holdsLane: false }),
      ),
    );
    expect(left).not.toContain(undefined);
    expect(await ledger.isHeld(laneKey)).toBe(false);
  });

  it('are due when their time has passed, the longest overdue first', async () => {
    const { ledger } = open();
    // Before what other tests have left open.
    const at = (second: number) => new Date(Date.UTC(2001, 0, 1, 0, 0, second)).toISOString();
    const order = [7, 3, 9, 1, 8, 2, 6, 4, 0, 5];
    const stored = await Promise.all(
      order.map((second) => createIn(ledger, newRecord({ settleAt: at(second) }))),
    );
    const idAt = (second: number) => ({
      organizationId: 'north',
      sendId: stored[order.indexOf(second)]?.record.sendId,
    });
    expect(await ledger.due(at(6), 100)).toEqual([0, 1, 2, 3, 4, 5, 6].map(idAt));
    expect(await ledger.due(at(6), 3)).toEqual([0, 1, 2].map(idAt));
    const settled = await Promise.all(
      stored.map((send) => {
        const { settleAt = '', ...record } = send.record;
        return ledger.replace(send, settleAt < at(5) ? record : { ...record, settleAt: at(60) });
      }),
    );
    expect(await ledger.due(at(59), 100)).toEqual([]);
    expect(await ledger.due(at(60), 100)).toHaveLength(5);
    await Promise.all(settled.map((send) => send && ledger.remove(send)));
    expect(await ledger.due(at(60), 100)).toEqual([]);
  });
});

describe('in DynamoDB', () => {
  const secondsOf = (time: string) => Date.parse(time) / 1000;
  const thirtyDays = 30 * 24 * 60 * 60;

  it('a send expires 30 days after its creation, with its reference and its lane', async () => {
    const { ledger } = inDynamoDb();
    const record = newRecord({ clientReference: 'mine', holdsLane: true });
    const stored = await createIn(ledger, record);
    await ledger.replace(stored, { ...accepted(record), holdsLane: false });
    const items = [
      await itemAt(sendItemKey('north', record.sendId), sendSortKey),
      await itemAt(`LANE#${record.laneKey}`, 'LANE'),
    ];
    const expiresAt = { N: String(secondsOf(createdAt) + thirtyDays) };
    expect(items.map((item) => item?.['expiresAt'])).toEqual([expiresAt, expiresAt]);
    expect(items[1]).not.toHaveProperty('held');
  });

  /** A client that meets trouble at its first calls, on the way there or on the way back. */
  function troubledClient(failures: readonly Error[], when: 'before' | 'after'): DynamoDBClient {
    const client = new DynamoDBClient({});
    const left = [...failures];
    client.middlewareStack.add(
      (proceed) => async (args) => {
        const failure = left.shift();
        if (!failure) {
          return proceed(args);
        }
        if (when === 'after') {
          await proceed(args);
        }
        throw failure;
      },
      // Below the SDK's own repeats.
      { step: 'finalizeRequest', priority: 'low' },
    );
    return client;
  }

  const lostAnswer = () => Object.assign(new Error('socket hang up'), { name: 'TimeoutError' });

  it.each<[string, Partial<SendRecord>]>([
    ['alone', {}],
    ['with its reference and lane', { clientReference: 'lost', holdsLane: true }],
  ])('a send whose answer got lost is written once: %s', async (_what, differences) => {
    const record = newRecord(differences);
    const created = await inDynamoDb(troubledClient([lostAnswer()], 'after')).ledger.create(record);
    expect(created?.record).toEqual(record);
    const { ledger } = inDynamoDb(troubledClient([lostAnswer()], 'after'));
    const next = { ...accepted(record), holdsLane: false };
    const replaced = created && (await ledger.replace(created, next));
    expect(replaced).toEqual(await ledger.find('north', record.sendId));
    expect(await ledger.isHeld(record.laneKey)).toBe(false);
  });

  const canceled = (...codes: string[]) =>
    new TransactionCanceledException({
      message: 'Transaction cancelled',
      $metadata: {},
      CancellationReasons: codes.map((Code) => ({ Code })),
    });
  const conflict = () => canceled('None', 'TransactionConflict');
  const aloneInConflict = () =>
    new TransactionConflictException({ message: 'Transaction is ongoing', $metadata: {} });

  it.each<[string, Error[], Partial<SendRecord>]>([
    ['a transaction', [conflict(), conflict()], { holdsLane: true }],
    ['a single write', [aloneInConflict(), aloneInConflict()], {}],
  ])('%s that meets another one is repeated', async (_what, failures, differences) => {
    const record = newRecord(differences);
    const { ledger } = inDynamoDb(troubledClient(failures, 'before'));
    const created = await ledger.create(record);
    expect(created).toEqual(await ledger.find('north', record.sendId));
  });

  it('what meets others again and again fails at last', async () => {
    const failures = Array.from({ length: 5 }, conflict);
    const { ledger } = inDynamoDb(troubledClient(failures, 'before'));
    await expect(ledger.create(newRecord({ holdsLane: true }))).rejects.toThrow('cancelled');
  });

  it.each([
    ['throttling', canceled('None', 'ThrottlingError')],
    ['throttling and another write', canceled('TransactionConflict', 'ThrottlingError')],
    ['no reason', canceled()],
  ])('%s is no answer', async (_what, failure) => {
    const { ledger } = inDynamoDb(troubledClient([failure], 'before'));
    await expect(ledger.create(newRecord({ holdsLane: true }))).rejects.toThrow('cancelled');
  });

  it('a send that is there already is there, whatever its lane met', async () => {
    const failure = canceled('ConditionalCheckFailed', 'TransactionConflict');
    const { ledger } = inDynamoDb(troubledClient([failure], 'before'));
    expect(await ledger.create(newRecord({ holdsLane: true }))).toBeUndefined();
  });
});
