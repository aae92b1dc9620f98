import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { consumeEvents } from '../../client/src/consumer.ts';
import { sqsQueue } from '../../client/src/sqs.ts';
import { createAwsClient } from '../../local/aws-client.ts';
import { startFauxqs } from '../../local/engines/fauxqs.ts';
import { eventJson } from './some-event.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret' };
const region = 'eu-west-1';
const never = new AbortController().signal;

let engine: Awaited<ReturnType<typeof startFauxqs>>;
let endpoint: string;
let created = 0;

beforeAll(async () => {
  engine = await startFauxqs();
  endpoint = await engine.address();
});

afterAll(() => engine.stop());

async function createQueue() {
  const aws = createAwsClient(async () => endpoint, region);
  const QueueName = `events-${++created}.fifo`;
  const Attributes = { FifoQueue: 'true', VisibilityTimeout: '60' };
  await aws('sqs', 'CreateQueue', { QueueName, Attributes });
  const queueUrl = `${endpoint}/000000000000/${QueueName}`;
  return {
    queue: sqsQueue({ queueUrl, credentials, region }),
    send: (MessageGroupId: string, MessageBody: string) =>
      aws('sqs', 'SendMessage', {
        ...{ QueueUrl: queueUrl, MessageGroupId, MessageBody },
        MessageDeduplicationId: `${MessageGroupId}/${MessageBody.length}/${++created}`,
      }),
  };
}

describe('a queue of SQS', () => {
  it('gives a message out again when it is no longer hidden, and never when it is deleted', async () => {
    const { queue, send } = await createQueue();
    await send('a', 'one');
    const [first] = await queue.receive(never);
    expect(first).toMatchObject({ body: 'one', groupId: 'a', receiveCount: 1 });
    if (!first) throw new Error('Nothing came');
    await queue.hide?.(first, 0);
    const [again] = await queue.receive(never);
    expect(again).toMatchObject({ body: 'one', receiveCount: 2 });
    if (!again) throw new Error('Nothing came');
    await queue.delete(again);
    await send('b', 'two');
    expect(await queue.receive(never)).toMatchObject([{ body: 'two' }]);
  });

  it('is consumed in order, with what fails again', async () => {
    const { queue, send } = await createQueue();
    for (const id of ['1', '2', '3']) await send('a', eventJson(id));
    const done = new AbortController();
    const log: string[] = [];
    let failures = 1;
    await consumeEvents({
      ...queue,
      // What failed comes again at once.
      hide: async (message) => queue.hide?.(message, 0),
      handler: ({ eventId }) => {
        if (eventId === '2' && failures-- > 0) throw new Error('no database');
        log.push(eventId);
        if (eventId === '3') setImmediate(() => done.abort());
      },
      onError: () => undefined,
      signal: done.signal,
    });
    expect(log).toEqual(['1', '2', '3']);
  });

  it('ends its waiting when it is asked to', async () => {
    const { queue } = await createQueue();
    const startedAt = Date.now();
    const stopping = new AbortController();
    setTimeout(() => stopping.abort(new Error('enough')), 50);
    await expect(queue.receive(stopping.signal)).rejects.toThrow('enough');
    expect(Date.now() - startedAt).toBeLessThan(2000);
  });

  it('says what SQS has refused, and nothing of the messages', async () => {
    const queueUrl = `${endpoint}/000000000000/missing.fifo`;
    const queue = sqsQueue({ queueUrl, credentials, region });
    await expect(queue.receive(never)).rejects.toMatchObject({
      code: expect.stringMatching(/NonExistentQueue|QueueDoesNotExist/),
      message: expect.stringContaining('SQS has refused ReceiveMessage.'),
    });
  });
});

it('signs for the region in the URL of the queue', async () => {
  const seen: Headers[] = [];
  const urls: string[] = [];
  const queue = sqsQueue({
    queueUrl: 'https://sqs.me-south-1.amazonaws.com/123456789012/inbox-events.fifo',
    credentials: async () => credentials,
    fetch: async (url, init) => {
      urls.push(String(url));
      seen.push(new Headers(init?.headers));
      return new Response('{}');
    },
  });
  expect(await queue.receive(never)).toEqual([]);
  expect(urls).toEqual(['https://sqs.me-south-1.amazonaws.com/']);
  expect(seen[0]?.get('x-amz-target')).toBe('AmazonSQS.ReceiveMessage');
  expect(seen[0]?.get('authorization')).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/me-south-1\/sqs\/aws4_request, SignedHeaders=content-type;host;/,
  );
});

it('wants to know the region of a URL that does not say it', () => {
  expect(() => sqsQueue({ queueUrl: 'http://localhost:1/1/q', credentials })).toThrow(/region/);
});
