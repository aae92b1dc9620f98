import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { AwsClient } from '../aws-client.ts';
import type { FunctionPool } from '../lambda/pool.ts';
import type { QueueMapping } from '../resources/event-source-mapping.ts';
import { failedItems } from './batch-result.ts';

const messageSchema = z.object({
  MessageId: z.string(),
  ReceiptHandle: z.string(),
  Body: z.string(),
  MD5OfBody: z.string(),
  Attributes: z.record(z.string(), z.string()).default({}),
  MessageAttributes: z
    .record(
      z.string(),
      z.object({
        DataType: z.string(),
        StringValue: z.string().optional(),
        BinaryValue: z.string().optional(),
      }),
    )
    .default({}),
});

const receivedSchema = z.object({ Messages: z.array(messageSchema).default([]) });

type Message = z.infer<typeof messageSchema>;

/** SQS hands out at most this many messages a call. */
const maxReceived = 10;

/** Source: Lambda Developer Guide, Using Lambda with Amazon SQS. */
function toRecord(message: Message, { sourceArn }: QueueMapping): object {
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: message.Attributes,
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes).map(([name, attribute]) => [
        name,
        {
          dataType: attribute.DataType,
          stringValue: attribute.StringValue,
          binaryValue: attribute.BinaryValue,
          stringListValues: [],
          binaryListValues: [],
        },
      ]),
    ),
    md5OfBody: message.MD5OfBody,
    eventSource: 'aws:sqs',
    eventSourceARN: sourceArn,
    awsRegion: sourceArn.split(':')[3],
  };
}

/**
 * Hands a queue's messages to a function until `signal` ends it. What the function fails stays in
 * the queue: it returns after the visibility timeout, and the queue itself redrives it. A FIFO queue
 * gives out nothing of a group that is being worked, so its order holds.
 */
export async function pollQueue(
  mapping: QueueMapping,
  pool: FunctionPool,
  sqs: AwsClient,
  signal: AbortSignal,
): Promise<void> {
  const QueueUrl = `/${mapping.sourceArn.split(':').slice(-2).join('/')}`;
  const slots = Math.min(mapping.maxConcurrency ?? pool.concurrency, pool.concurrency);
  const working = new Set<Promise<void>>();

  async function receive(count: number, waitMs: number): Promise<Message[]> {
    const input = {
      QueueUrl,
      MaxNumberOfMessages: Math.min(count, maxReceived),
      WaitTimeSeconds: Math.ceil(waitMs / 1000),
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    };
    return receivedSchema.parse(await sqs('sqs', 'ReceiveMessage', input, signal)).Messages;
  }

  /** One batch: what is there at once, or what comes until the window ends. */
  async function collect(): Promise<Message[]> {
    const batch = await receive(mapping.batchSize, 20_000);
    const closesAt = Date.now() + mapping.windowMs;
    while (batch.length > 0 && batch.length < mapping.batchSize) {
      const more = await receive(mapping.batchSize - batch.length, 0);
      batch.push(...more);
      if (more.length === 0 && Date.now() >= closesAt) break;
      if (more.length === 0) await delay(20, undefined, { signal });
    }
    return batch;
  }

  async function work(batch: Message[]): Promise<void> {
    const ids = batch.map(({ MessageId }) => MessageId);
    const failed = await pool
      .invoke({ Records: batch.map((message) => toRecord(message, mapping)) })
      .then((result) => (mapping.partialFailures ? failedItems(result, ids) : []))
      .catch(() => ids); // the function's log has the error
    const done = batch.filter(({ MessageId }) => !failed.includes(MessageId));
    for (let start = 0; start < done.length; start += maxReceived) {
      const Entries = done
        .slice(start, start + maxReceived)
        .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await sqs('sqs', 'DeleteMessageBatch', { QueueUrl, Entries });
    }
  }

  while (!signal.aborted) {
    if (working.size >= slots) await Promise.race(working);
    const batch = await collect().catch(() => delay(100, [], { signal }).catch(() => []));
    if (batch.length === 0) continue;
    const done = work(batch)
      .catch(() => {}) // the messages come again
      .finally(() => working.delete(done));
    working.add(done);
  }
}
