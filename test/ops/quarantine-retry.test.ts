import { beforeEach, describe, expect, it } from '@jest/globals';
import type { ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import { moveBack } from '../../ops/move-back.ts';
import { countQuarantined, retryPrefix } from '../../ops/quarantine-objects.ts';
import { type RetryPorts, retriedObjects } from '../../ops/quarantine-retry.ts';
import { streamFailures } from '../../ops/stream-failures.ts';
import { eventAttribute } from '../../shared/events/message-item.ts';
import { MemoryOutgoingQueues, MemoryWebhookQueue } from '../fakes/memory-queues.ts';
import { MemorySetAsideObjects } from '../fakes/memory-set-aside-objects.ts';

const forever = { limit: 50, signal: new AbortController().signal, onProgress: () => {} };

let objects: MemorySetAsideObjects;
let webhookQueue: MemoryWebhookQueue;
let queues: MemoryOutgoingQueues;
let items: Map<string, ItemImage>;
let ports: RetryPorts;
beforeEach(() => {
  objects = new MemorySetAsideObjects();
  webhookQueue = new MemoryWebhookQueue();
  queues = new MemoryOutgoingQueues();
  items = new Map();
  const readItem = async (pk: string) => items.get(pk);
  ports = { objects, store: objects, webhookQueue, queues, readItem };
});

const put = (key: string, value: unknown) =>
  objects.put(key, Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const retry = (kind: string, day?: string) =>
  moveBack(retriedObjects({ kind, day }, ports), forever);

const change = {
  entryId: '1001',
  field: 'messages',
  position: 0,
  value: { metadata: { phone_number_id: '2001' }, messages: [{ type: 'hologram' }] },
};
const webhook = {
  object: 'whatsapp_business_account',
  entry: [{ id: '1001', changes: [{ field: change.field, value: change.value }] }],
};
const queued = { schemaVersion: 1, receivedAt: '2026-11-20T00:00:00.000Z', changes: [change] };
const mediaJob = {
  ...{ schemaVersion: 1, revision: 0, mediaId: '1', kind: 'image', mimeType: 'image/png' },
  message: { organizationId: 'north', phoneNumberId: '2001', messageId: 'wamid.1' },
  occurredAt: '2026-11-20T10:00:00.000Z',
};

describe('a retry', () => {
  it.each([
    ['unrecognised', 'unrecognised/2026-11-20/a.json', change],
    ['element', 'quarantine/element/2026-11-20/a.json', change],
    ['webhook', 'quarantine/webhook/not-whatsapp/2026-11-20/a.json', webhook],
    ['message', 'quarantine/message/a', queued],
  ])('queues %s as webhook-events had it', async (kind, key, content) => {
    await put(key, content);
    expect(await retry(kind)).toEqual({ moved: 1, kept: new Map() });
    expect(webhookQueue.messages.map(({ body }): unknown => JSON.parse(body))).toEqual([queued]);
    expect([...objects.objects.keys()]).toEqual([]);
    expect(await retry(kind)).toEqual({ moved: 0, kept: new Map() });
    expect(webhookQueue.messages).toHaveLength(1);
  });

  it('queues a job for the queue that had it', async () => {
    await put('quarantine/media/a.json', mediaJob);
    expect(await retry('media')).toMatchObject({ moved: 1 });
    expect(queues.bodies('mediaJobs')).toEqual([mediaJob]);
  });

  it.each([
    ['webhook', 'quarantine/webhook/not-json/2026-11-20/a.json', 'still not-json'],
    ['message', 'quarantine/message/a', 'still no message of webhook-events'],
    ['element', 'quarantine/element/2026-11-20/a.json', 'still no change of a webhook'],
    ['media', 'quarantine/media/a.json', 'still no job'],
    ['later', 'quarantine/later/a.json', 'nobody knows where this kind came from'],
  ])('leaves %s alone that nobody understands', async (kind, key, reason) => {
    await put(key, 'nonsense');
    expect(await retry(kind)).toEqual({ moved: 0, kept: new Map([[reason, 1]]) });
    expect([...objects.objects.keys()]).toEqual([key]);
  });

  it('takes the chosen day alone', async () => {
    await put('unrecognised/2026-11-20/a.json', change);
    await put('unrecognised/2026-11-21/b.json', change);
    expect(await retry('unrecognised', '2026-11-21')).toMatchObject({ moved: 1 });
    expect(await countQuarantined(objects)).toEqual([
      { kind: 'unrecognised', day: '2026-11-20', objects: 1 },
    ]);
  });

  it('does not delete what was set aside again meanwhile', async () => {
    const key = 'unrecognised/2026-11-20/a.json';
    await put(key, change);
    const send = webhookQueue.send.bind(webhookQueue);
    webhookQueue.send = async (messages) => {
      await send(messages);
      await put(key, change);
    };
    expect(await retry('unrecognised')).toMatchObject({ moved: 1 });
    expect([...objects.objects.keys()]).toEqual([key]);
  });

  it.each(['copy', 'remove', 'send'] as const)(
    'loses nothing where %s fails, and goes on the next time',
    async (step) => {
      await put('unrecognised/2026-11-20/a.json', change);
      const target = step === 'send' ? webhookQueue : objects;
      Object.assign(target, { [step]: () => Promise.reject(new Error('gone')) });
      expect(await retry('unrecognised')).toMatchObject({ moved: 0, failure: expect.any(Error) });
      const [count] = await countQuarantined(objects);
      expect(count).toMatchObject({ kind: 'unrecognised', day: '2026-11-20' });
      Reflect.deleteProperty(target, step);
      await retry('unrecognised');
      expect(webhookQueue.messages.length).toBeGreaterThan(0);
      expect([...objects.objects.keys()].filter((key) => key.startsWith(retryPrefix))).toEqual([]);
    },
  );
});

describe('what is told again', () => {
  const pk = 'EVENT#a';
  const event = {
    ...{ schemaVersion: 1, eventId: 'e', type: 'contact.erased', organizationId: 'north' },
    ...{ occurredAt: queued.receivedAt, receivedAt: queued.receivedAt, orderKey: 'k' },
    conversationId: 'c',
  };
  const image = { pk, sk: 'EVENT', [eventAttribute]: JSON.stringify(event) };
  const strings = (item: ItemImage) =>
    Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }]));
  const failureKey = 'aws/lambda/mapping/shard-1/2026/11/22/2026-11-22T10.00.00-id';
  const putFailure = () => {
    const NewImage = strings(image);
    const record = { eventName: 'INSERT', dynamodb: { SequenceNumber: '1', NewImage } };
    return put(failureKey, { payload: JSON.stringify({ Records: [record, record] }) });
  };
  const redrive = () => moveBack(streamFailures(objects, ports), forever);

  it('a batch of the stream, once an item, from the table as it is', async () => {
    await putFailure();
    items.set(pk, image);
    expect(await redrive()).toEqual({ moved: 1, kept: new Map() });
    expect(queues.events).toEqual([event]);
    expect(objects.objects.size).toBe(0);
    expect(await redrive()).toMatchObject({ moved: 0 });
  });

  it('a change that was set aside', async () => {
    await put('quarantine/event/a.json', { sequenceNumber: '1', after: image });
    items.set(pk, image);
    expect(await retry('event')).toMatchObject({ moved: 1 });
    expect(queues.events).toEqual([event]);
  });

  it.each([
    ['was erased', { pk, sk: 'EVENT', erased: '2026-11-22T10:00:00.000Z' }],
    ['is gone', undefined],
  ])('nothing of what %s', async (_what, now) => {
    await putFailure();
    if (now) items.set(pk, now);
    expect(await redrive()).toMatchObject({ moved: 1 });
    expect(queues.received).toEqual([]);
  });

  it('a batch stays where a queue does not take it', async () => {
    await putFailure();
    items.set(pk, image);
    queues.send = async () => {
      throw new Error('SQS is away');
    };
    expect(await redrive()).toMatchObject({ moved: 0, failure: new Error('SQS is away') });
    expect(objects.objects.has(failureKey)).toBe(true);
  });

  it('no object that is no batch', async () => {
    await put(failureKey, { payload: 'nonsense' });
    expect(await redrive()).toEqual({ moved: 0, kept: new Map([['no batch of the stream', 1]]) });
  });
});
