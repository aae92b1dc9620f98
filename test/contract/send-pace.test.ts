import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { paceInDynamoDb } from '../../lambdas/send/pace.dynamodb.ts';
import type { Pace, PaceBucket } from '../../lambdas/send/pace.port.ts';
import { MemoryPace } from '../fakes/memory-pace.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

const inDynamoDb = () => paceInDynamoDb(engines.dynamoDb, engines.tableName);

let next = 0;
const newBucket = (): PaceBucket => ({ phoneNumberId: `pace-${next++}`, lane: 'agent' });

const nowMs = Date.parse('2026-11-22T10:00:00.000Z');
const turns = { count: 1, intervalMs: 50, nowMs, maxWaitMs: 1000 };

describe.each<[string, () => Pace]>([
  ['in memory', () => new MemoryPace()],
  ['in DynamoDB', inDynamoDb],
])('the pace %s', (_where, open) => {
  it('gives the first turn at once, and each further one behind it', async () => {
    const [pace, bucket] = [open(), newBucket()];
    expect(await pace.reserve(bucket, { ...turns, count: 3 })).toEqual({
      taken: true,
      startMs: nowMs,
    });
    expect(await pace.reserve(bucket, turns)).toEqual({ taken: true, startMs: nowMs + 150 });
    expect(await pace.reserve(bucket, turns)).toEqual({ taken: true, startMs: nowMs + 200 });
  });

  it('saves no turns up', async () => {
    const [pace, bucket] = [open(), newBucket()];
    await pace.reserve(bucket, turns);
    const later = { ...turns, nowMs: nowMs + 60_000 };
    expect(await pace.reserve(bucket, later)).toEqual({ taken: true, startMs: later.nowMs });
    expect(await pace.reserve(bucket, later)).toEqual({ taken: true, startMs: later.nowMs + 50 });
  });

  it('takes no turn that is too far away, and tells when it would be', async () => {
    const [pace, bucket] = [open(), newBucket()];
    await pace.reserve(bucket, { ...turns, count: 20 });
    const [within, beyond] = [{ taken: true, startMs: nowMs + 1000 }, nowMs + 1050];
    expect(await pace.reserve(bucket, turns)).toEqual(within);
    expect(await pace.reserve(bucket, turns)).toEqual({ taken: false, startMs: beyond });
    expect(await pace.reserve(bucket, turns)).toEqual({ taken: false, startMs: beyond });
  });

  it('never lets two have the same turn, however many ask at once', async () => {
    const [pace, bucket] = [open(), newBucket()];
    const requests = Array.from({ length: 60 }, (_, index) => ({
      ...turns,
      count: 1 + (index % 3),
      // Clocks of different machines.
      nowMs: nowMs + (index % 7),
      maxWaitMs: 60_000,
    }));
    const reserved = await Promise.all(
      requests.map(async (request) => ({ ...request, ...(await pace.reserve(bucket, request)) })),
    );
    const inOrder = reserved.toSorted((one, other) => one.startMs - other.startMs);
    expect(inOrder.filter(({ taken }) => !taken)).toEqual([]);
    const ends = inOrder.map(({ startMs, count, intervalMs }) => startMs + count * intervalMs);
    expect(inOrder.slice(1).map(({ startMs }) => startMs)).toEqual(ends.slice(0, -1));
  });

  it.each<[string, (bucket: PaceBucket) => PaceBucket]>([
    ['lane', (bucket) => ({ ...bucket, lane: 'bulk' })],
    ['number', newBucket],
  ])('paces each %s on its own', async (_what, otherThan) => {
    const [pace, bucket] = [open(), newBucket()];
    await pace.reserve(bucket, { ...turns, count: 10 });
    const other = await pace.reserve(otherThan(bucket), turns);
    expect(other).toEqual({ taken: true, startMs: nowMs });
  });

  it('can be paused: nobody has a turn before that, and a shorter pause changes nothing', async () => {
    const [pace, bucket] = [open(), newBucket()];
    await pace.pause(bucket, nowMs + 5000);
    await pace.pause(bucket, nowMs + 2000);
    expect(await pace.reserve(bucket, turns)).toEqual({ taken: false, startMs: nowMs + 5000 });
    const later = { ...turns, nowMs: nowMs + 4500 };
    expect(await pace.reserve(bucket, later)).toEqual({ taken: true, startMs: nowMs + 5000 });
    await pace.pause(bucket, nowMs + 7000);
    expect(await pace.reserve(bucket, later)).toMatchObject({ startMs: nowMs + 7000 });
  });

  it('keeps a pause that came while others had turns left', async () => {
    const [pace, bucket] = [open(), newBucket()];
    await pace.reserve(bucket, { ...turns, count: 10 });
    await pace.pause(bucket, nowMs + 100);
    expect(await pace.reserve(bucket, turns)).toEqual({ taken: true, startMs: nowMs + 500 });
  });

  it('takes a rate that is no whole number of milliseconds', async () => {
    const [pace, bucket] = [open(), newBucket()];
    const request = { ...turns, count: 7, intervalMs: 1000 / 56 };
    await pace.reserve(bucket, request);
    const { startMs } = await pace.reserve(bucket, request);
    expect(startMs).toBeCloseTo(nowMs + 125, 2);
  });
});

it('a bucket in DynamoDB expires a day after its last turn, not before', async () => {
  const bucket = newBucket();
  await inDynamoDb().reserve(bucket, { ...turns, count: 10 });
  const { Item } = await engines.dynamoDb.send(
    new GetItemCommand({
      TableName: engines.tableName,
      Key: { pk: { S: `PACE#${bucket.phoneNumberId}` }, sk: { S: bucket.lane } },
    }),
  );
  const leftMs = Number(Item?.['expiresAt']?.N) * 1000 - (nowMs + 500);
  expect(leftMs / 86_400_000).toBeCloseTo(1, 3);
});
