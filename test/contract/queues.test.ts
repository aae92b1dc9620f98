import { DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { outgoingQueuesInSqs } from '../../lambdas/inbox/outgoing-queues.sqs.ts';
import { webhookQueueInSqs } from '../../lambdas/ingest/webhook-queue.sqs.ts';
import { backgroundBudget } from '../../shared/runtime/aws-client.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import { objectStoreInS3 } from '../../shared/storage/object-store.s3.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryOutgoingQueues, MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

async function receiveAll(queueUrl: string): Promise<string[]> {
  const bodies: string[] = [];
  for (;;) {
    const { Messages = [] } = await engines.sqs.send(
      new ReceiveMessageCommand({ QueueUrl: queueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) {
      return bodies;
    }
    for (const { Body = '', ReceiptHandle } of Messages) {
      bodies.push(Body);
      await engines.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
  }
}

const bodies = Array.from({ length: 23 }, (_, index) => `${index} 👋 ${'x'.repeat(120_000)}`);

describe('webhook-events', () => {
  it.each([
    ['in memory', () => new MemoryWebhookQueue(), undefined],
    ['in SQS', () => webhookQueueInSqs(engines.queueUrl), () => receiveAll(engines.queueUrl)],
  ])('takes more than one batch holds, %s', async (_where, open, received) => {
    const queue = open();
    await queue.send(bodies.map((body) => ({ groupId: '2001', body })));
    const found =
      queue instanceof MemoryWebhookQueue
        ? queue.messages.map(({ body }) => body)
        : await received?.();
    expect(found?.sort()).toEqual([...bodies].sort());
  });

  it('fails when SQS is not there, and its warm-up does not', async () => {
    const queue = webhookQueueInSqs(engines.queueUrl.replace('contract', 'no-such-queue'));
    await expect(queue.warmUp()).resolves.toBeUndefined();
    await expect(queue.send([{ groupId: '1', body: '{}' }])).rejects.toThrow();
  });
});

describe('the queues of events and jobs', () => {
  const queueUrls = () => ({
    events: engines.fifoQueueUrl,
    history: engines.secondFifoQueueUrl,
    mediaJobs: engines.queueUrl,
    transcribeJobs: engines.queueUrl,
  });
  const events = ['a', 'b', 'c'].map((name) => ({
    groupId: 'one conversation',
    deduplicationId: name,
    body: JSON.stringify({ name }),
  }));

  it.each([
    ['in memory', () => new MemoryOutgoingQueues()],
    ['in SQS', () => outgoingQueuesInSqs(queueUrls())],
  ])('answers for each event, %s', async (_where, open) => {
    expect(await open().send('events', events)).toEqual(['sent', 'sent', 'sent']);
    expect(await open().send('history', events)).toEqual(['sent', 'sent', 'sent']);
  });

  it('delivers in order, and a repeat within five minutes once', async () => {
    for (const name of ['events', 'history'] as const) {
      await outgoingQueuesInSqs(queueUrls()).send(name, events);
      expect(await receiveAll(queueUrls()[name])).toEqual(events.map(({ body }) => body));
    }
  });

  it('delivers jobs, and repeats of them too', async () => {
    const job = { groupId: 'one organisation', body: '{"job":1}' };
    const queues = outgoingQueuesInSqs(queueUrls());
    expect(await queues.send('mediaJobs', [job, job])).toEqual(['sent', 'sent']);
    expect(await queues.send('transcribeJobs', [job])).toEqual(['sent']);
    expect(await receiveAll(engines.queueUrl)).toEqual([job.body, job.body, job.body]);
  });

  it('fails as a whole when SQS is not there', async () => {
    const missing = engines.fifoQueueUrl.replace('contract', 'no-such-queue');
    const queue = outgoingQueuesInSqs({ ...queueUrls(), events: missing });
    await expect(queue.send('events', events)).rejects.toThrow();
  });
});

describe('the raw bucket', () => {
  it.each<[string, () => ObjectStore]>([
    ['in memory', () => new MemoryObjectStore()],
    ['in S3', () => objectStoreInS3(engines.bucket, backgroundBudget)],
  ])('gives back the bytes it was given, %s', async (_where, open) => {
    const store = open();
    const bytes = Buffer.from([0, 255, 0xd8, 0x0a, ...Buffer.from('مرحبا')]);
    await store.put('quarantine/a b.json', bytes);
    await store.put('quarantine/a b.json', bytes);
    expect(Buffer.from(await store.get('quarantine/a b.json'))).toEqual(bytes);
    await expect(store.get('quarantine/none')).rejects.toThrow();
  });
});
