import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { deadLettersInSqs } from '../../ops/dlq-letters.sqs.ts';
import { moveBack } from '../../ops/move-back.ts';
import { type Engines, startEngines } from '../contract/engines.ts';
import { startCommand } from './run-command.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

const forever = { limit: 50, signal: new AbortController().signal, onProgress: () => {} };

it('moves the letters of a FIFO queue once and in the order of their groups, also after a crash', async () => {
  const { sqs, fifoQueueUrl: deadLetterUrl, secondFifoQueueUrl: url } = engines;
  const bodies = Array.from({ length: 14 }, (_, number) => `${number % 3} ${number}`);
  for (const body of bodies) {
    await sqs.send(
      new SendMessageCommand({
        ...{ QueueUrl: deadLetterUrl, MessageBody: body, MessageDeduplicationId: `first-${body}` },
        MessageGroupId: body.slice(0, 1),
        MessageAttributes: { origin: { DataType: 'String', StringValue: 'test' } },
      }),
    );
  }
  const letters = deadLettersInSqs({ name: 'contract', url, deadLetterUrl, isFifo: true });
  const peeked = await letters.peek(3);
  expect(peeked.map(({ body }) => body).sort()).toEqual(['0 0', '1 1', '2 2']);

  let removals = 0;
  const crashing = {
    ...letters,
    remove: async (...[letter]: Parameters<typeof letters.remove>) => {
      removals++;
      if (removals > 4) throw new Error('The connection is gone');
      await letters.remove(letter);
    },
  };
  const crashed = await moveBack(crashing, forever);
  expect(crashed).toMatchObject({ moved: 4, failure: expect.any(Error) });
  const { moved } = await moveBack(letters, { ...forever, limit: 10 });
  expect(moved).toBe(10);
  expect(await receiveAll(deadLetterUrl)).toEqual([]);

  const received = await receiveAll(url);
  expect(received.map(({ body }) => body).sort()).toEqual(bodies.toSorted());
  for (const group of Map.groupBy(received, ({ body }) => body.slice(0, 1)).values()) {
    const numbers = group.map(({ body }) => Number(body.slice(2)));
    expect(numbers).toEqual(numbers.toSorted((one, other) => one - other));
  }
  expect(new Set(received.map(({ origin }) => origin))).toEqual(new Set(['test']));
});

it('ends at Ctrl-C with what it is at, and the next run does the rest', async () => {
  const { sqs, fifoQueueUrl: deadLetterUrl, secondFifoQueueUrl: url } = engines;
  const deadLetterTargetArn = 'arn:aws:sqs:eu-west-1:000000000000:contract.fifo';
  const RedrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 8 });
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy } }));
  const bodies = Array.from({ length: 120 }, (_, number) => `${number}`);
  for (let start = 0; start < bodies.length; start += 10) {
    const Entries = bodies.slice(start, start + 10).map((body) => ({
      ...{ Id: body, MessageBody: body, MessageGroupId: body, MessageDeduplicationId: body },
    }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: deadLetterUrl, Entries }));
  }
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'nexus-dlq-')), 'stack.json');
  const resources = [
    ['ContractQueue00000000', url],
    ['ContractDeadLetters00000000', deadLetterUrl],
    ...['Table', 'RawBucket', 'MediaBucket'].map((name) => [`${name}00000000`, name]),
  ].map(([LogicalResourceId, PhysicalResourceId]) => ({
    ...{ LogicalResourceId, ResourceType: '', PhysicalResourceId },
  }));
  const awsEndpoint = new URL(url).origin;
  writeFileSync(file, JSON.stringify({ awsEndpoint, region: 'eu-west-1', resources }));
  const redrive = () =>
    startCommand('ops/dlq.ts', ['redrive', '--queue', 'contract', '--execute'], {
      env: { WHATSAPP_LOCAL_RUN: file },
    });

  const { child, ended } = redrive();
  for (let waiting = 0; waiting < 10; await delay(5)) {
    const depth = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] });
    const { Attributes = {} } = await sqs.send(depth);
    waiting = Number(Attributes['ApproximateNumberOfMessages']);
  }
  child.kill('SIGINT');
  const first = await ended;
  expect(first).toMatchObject({ code: 130, err: expect.stringContaining('Nothing is lost') });
  const second = await redrive().ended;
  expect(second).toMatchObject({ code: 0, err: '' });
  const moved = [first, second].map(({ out }) => Number(/^(\d+) redriven/.exec(out)?.[1]));
  expect(moved).toEqual([expect.any(Number), 120 - Number(moved[0])]);
  const received = await receiveAll(url);
  expect(received.map(({ body }) => Number(body)).sort((one, other) => one - other)).toEqual(
    bodies.map(Number),
  );
  rmSync(path.dirname(file), { recursive: true });
});

async function receiveAll(QueueUrl: string) {
  const received: { body: string; origin: string | undefined }[] = [];
  for (;;) {
    const { Messages = [] } = await engines.sqs.send(
      new ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: 10, MessageAttributeNames: ['All'] },
      }),
    );
    if (Messages.length === 0) return received;
    received.push(
      ...Messages.map(({ Body = '', MessageAttributes = {} }) => ({
        body: Body,
        origin: MessageAttributes['origin']?.StringValue,
      })),
    );
    for (const { ReceiptHandle } of Messages) {
      await engines.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
