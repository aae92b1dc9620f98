import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { type AwsClient, AwsError } from '../aws-client.ts';
import type { FunctionPool } from '../lambda/pool.ts';
import type { StreamMapping } from '../resources/event-source-mapping.ts';
import { failedItems } from './batch-result.ts';

const recordSchema = z.looseObject({
  eventName: z.string(),
  dynamodb: z.looseObject({
    SequenceNumber: z.string(),
    /** In seconds. */
    ApproximateCreationDateTime: z.number(),
    OldImage: z.unknown().optional(),
    NewImage: z.unknown().optional(),
  }),
});

type StreamRecord = z.infer<typeof recordSchema>;

const pageSchema = z.object({
  Records: z.array(recordSchema),
  NextShardIterator: z.string().nullish(),
});
const iteratorSchema = z.object({ ShardIterator: z.string() });
const streamsSchema = z.object({ Streams: z.array(z.object({ StreamArn: z.string() })) });
const descriptionSchema = z.object({
  StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }),
});

/** Pauses between polls of an idle stream, in ms; and between attempts at a batch that fails. */
const pollPause = { first: 5, last: 75 };
const retryPause = { first: 100, last: 5000 };

/** What a stream poller works with. */
export interface StreamPollerOptions {
  mapping: StreamMapping;
  functionArn: string;
  invoke: FunctionPool['invoke'];
  engineCall: AwsClient;
  /** Writes an object to the on-failure bucket. */
  putObject(bucket: string, key: string, body: string): Promise<void>;
  log(line: string): void;
  signal: AbortSignal;
}

function sequenceOf({ dynamodb }: StreamRecord): string {
  return dynamodb.SequenceNumber;
}

/**
 * The engine reports writes that change nothing as MODIFY. DynamoDB does not, and code that relies
 * on that must not be kept busy by its own idempotent writes.
 */
function changesSomething({ eventName, dynamodb }: StreamRecord): boolean {
  return eventName !== 'MODIFY' || !isDeepStrictEqual(dynamodb.OldImage, dynamodb.NewImage);
}

/**
 * Hands a table's changes to a function, shard by shard and in order, until `signal` ends it.
 * Source: Lambda Developer Guide, Using AWS Lambda with Amazon DynamoDB.
 */
export async function pollStream(options: StreamPollerOptions): Promise<void> {
  const { mapping, engineCall, signal } = options;
  const [, TableName] = mapping.sourceArn.match(/table\/([^/]+)/) ?? [];
  const { Streams } = streamsSchema.parse(
    await engineCall('dynamodb-streams', 'ListStreams', { TableName }),
  );
  const StreamArn = Streams[0]?.StreamArn; // the engine's own, with another region and label
  const { StreamDescription } = descriptionSchema.parse(
    await engineCall('dynamodb-streams', 'DescribeStream', { StreamArn }),
  );
  const shards = StreamDescription.Shards.map(({ ShardId }) =>
    pollShard({ StreamArn, ShardId }, options),
  );
  await Promise.all(shards).catch((error) => {
    if (!signal.aborted) throw error;
  });
}

interface Shard {
  StreamArn: string | undefined;
  ShardId: string;
}

async function pollShard(shard: Shard, options: StreamPollerOptions): Promise<void> {
  const { mapping, engineCall, signal } = options;
  let position: object = { ShardIteratorType: mapping.startingPosition };
  let iterator: string | null | undefined;
  let pause = pollPause.first;

  /** A page of the shard; empty while the engine is away, which keeps its records and iterators. */
  async function read(Limit: number): Promise<StreamRecord[]> {
    const call = (action: string, input: object) =>
      engineCall('dynamodb-streams', action, input, signal);
    let answer: unknown;
    try {
      iterator ??= iteratorSchema.parse(
        await call('GetShardIterator', { ...shard, ...position }),
      ).ShardIterator;
      answer = await call('GetRecords', { ShardIterator: iterator, Limit });
    } catch (error) {
      if (error instanceof AwsError) iterator = undefined; // expired: go on from the position
      return [];
    }
    const { Records, NextShardIterator } = pageSchema.parse(answer);
    iterator = NextShardIterator;
    const last = Records.at(-1);
    if (last) {
      position = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: sequenceOf(last) };
    }
    return Records;
  }

  while (!signal.aborted) {
    const records = await read(mapping.batchSize);
    const closesAt = Date.now() + mapping.windowMs;
    while (records.length > 0 && records.length < mapping.batchSize && Date.now() < closesAt) {
      await delay(pollPause.last, undefined, { signal });
      records.push(...(await read(mapping.batchSize - records.length)));
    }
    await deliver(
      records.filter((record) => changesSomething(record) && mapping.wants(record)),
      shard,
      options,
    );
    pause = records.length > 0 ? pollPause.first : Math.min(pause * 2, pollPause.last);
    if (records.length === 0) await delay(pause, undefined, { signal });
  }
}

/** Hands records over until each has succeeded or was given up. */
async function deliver(
  records: StreamRecord[],
  shard: Shard,
  options: StreamPollerOptions,
): Promise<void> {
  const { mapping, signal } = options;
  let batch = records;
  let attempts = 0;
  while (batch.length > 0) {
    const { firstFailed, threw } = await attempt(batch, options);
    signal.throwIfAborted();
    attempts = firstFailed > 0 ? 1 : attempts + 1;
    batch = batch.slice(firstFailed);

    const exhausted = mapping.maxRetries >= 0 && attempts > mapping.maxRetries;
    const lost = batch.filter((record) => exhausted || isTooOld(record, mapping));
    if (lost.length > 0) {
      await giveUp(
        lost,
        exhausted ? 'RetryAttemptsExhausted' : 'RecordAgeExceeded',
        shard,
        options,
      );
      batch = batch.slice(lost.length);
      attempts = 0;
    } else if (threw && mapping.bisect && batch.length > 1) {
      const half = Math.ceil(batch.length / 2);
      await deliver(batch.slice(0, half), shard, options);
      batch = batch.slice(half);
      attempts = 0;
    } else if (batch.length > 0) {
      const pause = Math.min(retryPause.first * 2 ** (attempts - 1), retryPause.last);
      await delay(pause, undefined, { signal });
    }
  }
}

/** Invokes the function once; `firstFailed` is the index to go on from, the length after success. */
async function attempt(
  batch: StreamRecord[],
  { mapping, invoke }: StreamPollerOptions,
): Promise<{ firstFailed: number; threw: boolean }> {
  try {
    const result = await invoke({ Records: batch.map((record) => toEvent(record, mapping)) });
    const failed = mapping.partialFailures ? failedItems(result, batch.map(sequenceOf)) : [];
    const firstFailed = batch.findIndex((record) => failed.includes(sequenceOf(record)));
    return { firstFailed: firstFailed < 0 ? batch.length : firstFailed, threw: false };
  } catch {
    return { firstFailed: 0, threw: true }; // the function's log has the error
  }
}

function toEvent(record: StreamRecord, { sourceArn }: StreamMapping): object {
  return { ...record, awsRegion: sourceArn.split(':')[3], eventSourceARN: sourceArn };
}

function isTooOld({ dynamodb }: StreamRecord, { maxAgeSeconds }: StreamMapping): boolean {
  const ageSeconds = Date.now() / 1000 - dynamodb.ApproximateCreationDateTime;
  return maxAgeSeconds >= 0 && ageSeconds > maxAgeSeconds;
}

/** Source: Lambda Developer Guide, Retain discarded records for a DynamoDB event source. */
async function giveUp(
  records: StreamRecord[],
  condition: string,
  { ShardId }: Shard,
  { mapping, functionArn, putObject, log }: StreamPollerOptions,
): Promise<void> {
  const sequences = records.map(sequenceOf);
  const timestamp = new Date().toISOString();
  log(`${mapping.functionName}: ${records.length} stream records given up (${condition})`);
  if (!mapping.failureBucket) return;
  const [date = '', time = ''] = timestamp.slice(0, 19).split('T');
  const key = `aws/lambda/${mapping.id}/${ShardId}/${date.replaceAll('-', '/')}/${date}T${time.replaceAll(':', '.')}-${randomUUID()}`;
  const body = {
    requestContext: { requestId: randomUUID(), functionArn, condition },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp,
    DDBStreamBatchInfo: {
      shardId: ShardId,
      startSequenceNumber: sequences[0],
      endSequenceNumber: sequences.at(-1),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
    payload: JSON.stringify({ Records: records.map((record) => toEvent(record, mapping)) }),
  };
  await putObject(mapping.failureBucket, key, JSON.stringify(body));
}
