import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { pollStream } from '../../local/event-sources/stream.ts';
import type { StreamMapping } from '../../local/resources/event-source-mapping.ts';

const sourceArn = 'arn:aws:dynamodb:eu-west-1:000000000000:table/T/stream/local';

const mapping: StreamMapping = {
  id: 'mapping',
  functionName: 'F',
  sourceArn,
  batchSize: 100,
  windowMs: 0,
  partialFailures: true,
  startingPosition: 'TRIM_HORIZON',
  wants: () => true,
  bisect: false,
  maxRetries: -1,
  maxAgeSeconds: -1,
  failureBucket: 'failures',
};

const eventSchema = z.object({
  Records: z.array(z.looseObject({ dynamodb: z.object({ SequenceNumber: z.string() }) })),
});

function record(sequence: number, { ageSeconds = 0, old = {}, eventName = 'MODIFY' } = {}) {
  return {
    eventName,
    awsRegion: 'engine',
    dynamodb: {
      SequenceNumber: String(sequence),
      ApproximateCreationDateTime: Date.now() / 1000 - ageSeconds,
      OldImage: old,
      NewImage: { n: { N: String(sequence) } },
    },
  };
}

/** Polls a stream of these records until it is read; `handler` gets each batch's sequence numbers. */
async function poll(
  records: object[],
  options: Partial<StreamMapping>,
  handler: (sequences: string[]) => unknown = () => undefined,
) {
  const ended = new AbortController();
  const invocations: string[][] = [];
  const given: { bucket: string; key: string; body: string }[] = [];
  const answers: Record<string, () => object> = {
    ListStreams: () => ({ Streams: [{ StreamArn: 'engine' }] }),
    DescribeStream: () => ({ StreamDescription: { Shards: [{ ShardId: 'shard' }] } }),
    GetShardIterator: () => ({ ShardIterator: 'iterator' }),
    GetRecords: () => {
      if (records.length === 0) ended.abort();
      return { Records: records.splice(0), NextShardIterator: 'iterator' };
    },
  };
  await pollStream({
    mapping: { ...mapping, ...options },
    functionArn: 'arn:F',
    invoke: async (event) => {
      const { Records } = eventSchema.parse(event);
      const batch = Records.map(({ dynamodb }) => dynamodb.SequenceNumber);
      invocations.push(batch);
      return handler(batch);
    },
    engineCall: async (_, action) => answers[action]?.(),
    putObject: async (bucket, key, body) => void given.push({ bucket, key, body }),
    log: () => {},
    signal: ended.signal,
  });
  return { invocations, given };
}

const failWith = (poison: string) => (sequences: string[]) => {
  if (sequences.includes(poison)) throw new Error(poison);
};

describe('a stream mapping', () => {
  it('leaves out writes that changed nothing, and what its filters do not want', async () => {
    const records = [
      record(1, { old: { n: { N: '1' } } }),
      record(2),
      record(3, { eventName: 'REMOVE' }),
    ];
    const { invocations } = await poll(records, {
      wants: (event) => z.object({ eventName: z.literal('MODIFY') }).safeParse(event).success,
    });
    expect(invocations).toEqual([['2']]);
  });

  it('goes on from the lowest failed sequence number', async () => {
    let failures = 0;
    const { invocations } = await poll([record(9), record(10), record(11)], {}, () => {
      failures += 1;
      const failed = failures === 1 ? ['11', '10'] : [];
      return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
    });
    expect(invocations).toEqual([
      ['9', '10', '11'],
      ['10', '11'],
    ]);
  });

  it('halves a batch that throws until the poison is alone, and gives that up', async () => {
    const records = [1, 2, 3, 4].map((sequence) => record(sequence));
    const { invocations, given } = await poll(
      records,
      { bisect: true, maxRetries: 1 },
      failWith('3'),
    );
    expect(invocations).toEqual([
      ['1', '2', '3', '4'],
      ['1', '2'],
      ['3', '4'],
      ['3'],
      ['3'],
      ['4'],
    ]);
    expect(given).toMatchObject([
      {
        bucket: 'failures',
        key: expect.stringMatching(/^aws\/lambda\/mapping\/shard\/\d{4}\/\d\d\/\d\d\//),
      },
    ]);
    const failure = JSON.parse(given[0]?.body ?? '');
    expect(failure).toMatchObject({
      requestContext: { functionArn: 'arn:F', condition: 'RetryAttemptsExhausted' },
      DDBStreamBatchInfo: {
        startSequenceNumber: '3',
        endSequenceNumber: '3',
        streamArn: sourceArn,
      },
    });
    expect(JSON.parse(failure.payload).Records).toMatchObject([
      {
        awsRegion: 'eu-west-1',
        eventSourceARN: sourceArn,
        dynamodb: { NewImage: { n: { N: '3' } } },
      },
    ]);
  });

  it('gives up what is too old, and retries the rest', async () => {
    const records = [record(1, { ageSeconds: 60 }), record(2)];
    const { invocations, given } = await poll(records, { maxAgeSeconds: 30 }, failWith('1'));
    expect(invocations).toEqual([['1', '2'], ['2']]);
    expect(given).toHaveLength(1);
  });
});
