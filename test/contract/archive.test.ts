import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { archiveDone, archivedBodies, archivePrefix } from '../../lambdas/ingest/archive.ts';
import { webhookQueueInSqs } from '../../lambdas/ingest/webhook-queue.sqs.ts';
import type { SetAsideObjects } from '../../ops/set-aside-objects.port.ts';
import { setAsideObjectsInS3 } from '../../ops/set-aside-objects.s3.ts';
import { MemorySetAsideObjects } from '../fakes/memory-set-aside-objects.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

const hour = new Date('2026-11-22T10:00:00.000Z');

it.each<[string, () => SetAsideObjects]>([
  ['in memory', () => new MemorySetAsideObjects()],
  ['in S3', () => setAsideObjectsInS3(engines.bucket)],
])('what was archived is found by its hour, in its order, %s', async (_where, open) => {
  const objects = open();
  const minutes = [59, 5, 30, 60];
  for (const minute of minutes) {
    const body = JSON.stringify({ minute, text: 'مرحبا' });
    const message = { messageId: body, body, messageAttributes: {} };
    const failed = await archiveDone([message], [], {
      store: objects,
      now: () => new Date(hour.getTime() + minute * 60_000),
      report: (error) => {
        throw error;
      },
    });
    expect(failed).toEqual([]);
  }
  const found: string[] = [];
  for await (const { key } of objects.list(archivePrefix(hour))) {
    found.push(...archivedBodies(await objects.get(key)));
  }
  expect(found).toEqual([5, 30, 59].map((minute) => JSON.stringify({ minute, text: 'مرحبا' })));
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
