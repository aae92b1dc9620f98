import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { lazySendQueue } from '../../lambdas/send/lazy-send-queue.ts';
import type { QueuedSend, SendQueue } from '../../lambdas/send/send-queue.port.ts';
import { sendQueueInSqs } from '../../lambdas/send/send-queue.sqs.ts';
import { holdBackInSqs } from '../../shared/queue/hold-back.sqs.ts';
import { MemorySendQueue } from '../fakes/memory-send-queue.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

async function receive(queueUrl: string): Promise<Message[]> {
  const { Messages = [] } = await engines.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: 10,
      MessageSystemAttributeNames: ['MessageGroupId'],
      VisibilityTimeout: 60,
    }),
  );
  return Messages;
}

/** Everything that a queue gives out, page by page. */
async function drain(queueUrl: string): Promise<Message[]> {
  const messages = await receive(queueUrl);
  for (const { ReceiptHandle } of messages) {
    await engines.sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
  }
  return messages.length === 0 ? [] : [...messages, ...(await drain(queueUrl))];
}

const urls = () => ({ agent: engines.fifoQueueUrl, bulk: engines.secondFifoQueueUrl });

async function queuedInSqs(): Promise<QueuedSend[]> {
  const lanes = await Promise.all(
    (['agent', 'bulk'] as const).map(async (lane) =>
      (await drain(urls()[lane])).map(({ Body = '', Attributes }) => ({
        lane,
        laneKey: Attributes?.MessageGroupId ?? '',
        body: Body,
      })),
    ),
  );
  return lanes.flat();
}

interface OpenQueue {
  queue: SendQueue;
  queued(): Promise<QueuedSend[]>;
}

describe.each<[string, () => OpenQueue]>([
  [
    'in memory',
    () => {
      const queue = new MemorySendQueue();
      return { queue, queued: async () => queue.messages };
    },
  ],
  ['in SQS', () => ({ queue: sendQueueInSqs(urls()), queued: queuedInSqs })],
  ['in SQS, when first used', () => ({ queue: lazySendQueue(urls()), queued: queuedInSqs })],
])('the send queues %s', (_where, open) => {
  it('take each send into its lane, in order, and the same again', async () => {
    const { queue, queued } = open();
    const agent = { lane: 'agent', laneKey: 'one', body: '{"a":"مرحبا 👋"}' } as const;
    const bulk = { lane: 'bulk', laneKey: 'two', body: '{"b":2}' } as const;
    const sends = [agent, { ...agent, body: '{"c":3}' }, agent, bulk, bulk];
    for (const send of sends) {
      await queue.enqueue(send);
    }
    expect(await queued()).toEqual(sends);
  });
});

describe('the send queues in SQS', () => {
  it('take a body that SQS would refuse', async () => {
    const body = JSON.stringify({ text: '\uFFFE and \uFFFF' });
    await sendQueueInSqs(urls()).enqueue({ lane: 'agent', laneKey: 'one', body });
    const [queued] = await queuedInSqs();
    expect(JSON.parse(queued?.body ?? '')).toEqual(JSON.parse(body));
  });

  it('fail when SQS is not there', async () => {
    const agent = engines.fifoQueueUrl.replace('contract', 'no-such-queue');
    const queue = lazySendQueue({ ...urls(), agent });
    const send = { lane: 'agent', laneKey: 'one', body: '{}' } as const;
    await expect(queue.enqueue(send)).rejects.toThrow();
  });
});

describe('holding back', () => {
  async function receivedTwelve(): Promise<string[]> {
    await drain(engines.queueUrl);
    for (let index = 0; index < 12; index++) {
      const MessageBody = `${index}`;
      await engines.sqs.send(new SendMessageCommand({ QueueUrl: engines.queueUrl, MessageBody }));
    }
    const pages = [await receive(engines.queueUrl), await receive(engines.queueUrl)];
    return pages.flat().map(({ ReceiptHandle = '' }) => ReceiptHandle);
  }

  it('lets messages come again after the time, however many', async () => {
    const handles = await receivedTwelve();
    await holdBackInSqs(engines.queueUrl).delay(handles, 0);
    expect(await drain(engines.queueUrl)).toHaveLength(12);
  });

  it('lets none come before', async () => {
    const handles = await receivedTwelve();
    await holdBackInSqs(engines.queueUrl).delay(handles, 700);
    expect(await drain(engines.queueUrl)).toEqual([]);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await drain(engines.queueUrl)).toHaveLength(12);
  });

  it.each([
    ['longer than SQS can', 1e12],
    ['in the past', -5000],
  ])('takes a time that is %s', async (_what, ms) => {
    const holdBack = holdBackInSqs(engines.queueUrl);
    await expect(holdBack.delay(await receivedTwelve(), ms)).resolves.toBeUndefined();
  });

  it('tells of messages that SQS refused, and holds the others back', async () => {
    const handles = await receivedTwelve();
    const holdBack = holdBackInSqs(engines.queueUrl);
    await expect(holdBack.delay(['unknown', ...handles], 0)).rejects.toThrow('held back');
    expect(await drain(engines.queueUrl)).toHaveLength(12);
  });
});
