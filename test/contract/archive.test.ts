import { createServer } from 'node:http';
import { text } from 'node:stream/consumers';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { archiveInFirehose } from '../../lambdas/ingest/archive.firehose.ts';
import type { Archive } from '../../lambdas/ingest/archive.port.ts';
import { archiveDone, archivedMessages, archivePrefix } from '../../lambdas/ingest/archive.ts';
import { webhookQueueInSqs } from '../../lambdas/ingest/webhook-queue.sqs.ts';
import { createFirehose } from '../../local/engines/firehose.ts';
import { listenLocally, stopServer } from '../../local/servers.ts';
import type { SetAsideObjects } from '../../ops/set-aside-objects.port.ts';
import { setAsideObjectsInS3 } from '../../ops/set-aside-objects.s3.ts';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { FirehoseClient, PutRecordCommand } from '../../shared/runtime/aws-json/firehose.ts';
import { archivePrefixExpression, MemoryArchive } from '../fakes/memory-archive.ts';
import { MemorySetAsideObjects } from '../fakes/memory-set-aside-objects.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
let firehose: ReturnType<typeof createFirehose>;

const server = createServer(async (request, response) => {
  const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  response.end(JSON.stringify(await firehose.service(action, await text(request))));
});

beforeAll(async () => {
  engines = await startEngines();
  const stream = { name: 'Archive', bucket: engines.bucket, prefix: archivePrefixExpression };
  firehose = createFirehose([{ ...stream, fileExtension: '.jsonl.gz' }], {
    s3Address: process.env['AWS_ENDPOINT_URL_S3'] ?? '',
    log: console.error,
  });
  process.env['AWS_ENDPOINT_URL_FIREHOSE'] = await listenLocally(server);
});
afterAll(async () => {
  await stopServer(server);
  await engines.stop();
});

interface Archived {
  archive: Archive;
  objects: SetAsideObjects;
  /** Writes what is gathered. */
  flush(): Promise<void>;
}

function inMemory(): Archived {
  const objects = new MemorySetAsideObjects();
  const archive = new MemoryArchive(objects);
  archive.now = new Date();
  return { archive, objects, flush: () => archive.flush() };
}

/** By the SDK's client, and by that of bundles, in turn. */
function inFirehose(): Archived {
  const client = new FirehoseClient(awsClientConfig(backgroundBudget));
  const inBundles: Archive = {
    async put(Data) {
      const input = { DeliveryStreamName: 'Archive', Record: { Data } };
      await client.send(new PutRecordCommand(input));
    },
  };
  const archives = [archiveInFirehose('Archive'), inBundles];
  return {
    archive: { put: async (record) => archives.reverse()[0]?.put(record) },
    objects: setAsideObjectsInS3(engines.bucket),
    flush: () => firehose.stop(),
  };
}

it.each<[string, () => Archived]>([
  ['in memory', inMemory],
  ['in Firehose and S3', inFirehose],
])('what was archived is found by its hour, in one object, %s', async (_where, open) => {
  const { archive, objects, flush } = open();
  const begun = new Date();
  const bodies = [1, 2, 3].map((number) => JSON.stringify({ number, text: 'مرحبا' }));
  for (const body of bodies) {
    const message = { messageId: body, body, messageAttributes: {} };
    const failed = await archiveDone([message], [], {
      ...{ archive, now: () => new Date() },
      report: (error) => {
        throw error;
      },
    });
    expect(failed).toEqual([]);
  }
  await flush();
  const found: string[][] = [];
  for await (const { key } of objects.list(archivePrefix(begun))) {
    found.push(archivedMessages(await objects.get(key)).map(({ body }) => body));
  }
  expect(found).toEqual([bodies]);
  await expect(objects.get('archive/none')).rejects.toMatchObject({ name: 'NoSuchKey' });
});

it('what is queued once more says so', async () => {
  await webhookQueueInSqs(engines.queueUrl).send([
    { groupId: '2001', body: 'first' },
    { groupId: '2001', body: 'again', archived: true },
  ]);
  const { Messages = [] } = await engines.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: engines.queueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
    }),
  );
  const marks = Messages.map(({ Body, MessageAttributes = {} }) => [
    Body,
    Object.keys(MessageAttributes),
  ]);
  expect(new Map(marks.map(([body, names]) => [body, names]))).toEqual(
    new Map([
      ['first', []],
      ['again', ['archived']],
    ]),
  );
});
