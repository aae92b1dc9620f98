import { setTimeout as delay } from 'node:timers/promises';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import * as z from 'zod';
import { erasureAnswerSchema } from '../../lambdas/inbox/erasure-request.schema.ts';
import {
  initialSecrets,
  metaEnvironment,
  startDemoGraph,
  startMeta,
} from '../../local/meta/demo.ts';
import type { FakeGraph } from '../../local/meta/graph.ts';
import { type LocalStack, startStack } from '../../local/stack.ts';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import { replayed } from './replayed.ts';

const simulatedSchema = z.object({ messageIds: z.tuple([z.string()]) });
const eventsSchema = z.array(z.object({ event: inboxEventSchema }));
const itemsSchema = z.object({ Items: z.array(z.unknown()) });

const customer = '966500000041';

let graph: FakeGraph;
let stack: LocalStack;
let meta: Awaited<ReturnType<typeof startMeta>> | undefined;
const complaints: string[] = [];

beforeAll(async () => {
  graph = await startDemoGraph();
  stack = await startStack({
    warm: false,
    secrets: initialSecrets,
    environment: async (context) => ({ ...metaEnvironment(graph, context), SETTLE_SECONDS: '1' }),
    routes: async (context) => {
      meta = await startMeta(context, graph);
      return meta.routes;
    },
    log: (line) => complaints.push(line),
  });
}, 60_000);

afterAll(async () => {
  await meta?.stop();
  await stack.stop();
  await graph.stop();
}, 30_000);

async function receive(type: string, content?: unknown): Promise<string> {
  const body = { type, from: customer, ...(content === undefined ? {} : { [type]: content }) };
  const init = { method: 'POST', body: JSON.stringify(body) };
  const answer = await fetch(new URL('/_local/simulate', stack.url), init);
  return simulatedSchema.parse(await answer.json()).messageIds[0];
}

/** Waits for an event. */
async function told(fits: (event: InboxEvent) => boolean): Promise<InboxEvent> {
  for (const deadline = Date.now() + 20_000; Date.now() < deadline; await delay(100)) {
    const answer = await fetch(new URL('/_local/events?after=0&wait=1', stack.url));
    const found = eventsSchema.parse(await answer.json()).find(({ event }) => fits(event));
    if (found) {
      return found.event;
    }
  }
  throw new Error('It was not told');
}

function isAbout(messageId: string, type: InboxEvent['type']) {
  return (event: InboxEvent) =>
    event.type === type && 'messageId' in event && event.messageId === messageId;
}

async function everything(): Promise<string[]> {
  const { TableName, MediaBucketName } = stack.outputs;
  const { Items } = itemsSchema.parse(await stack.awsCall('dynamodb', 'Scan', { TableName }));
  const s3 = new S3Client({
    ...{ endpoint: stack.awsEndpoint, region: stack.region, forcePathStyle: true },
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: MediaBucketName }));
  s3.destroy();
  return [...Items.map((item) => JSON.stringify(item)), ...Contents.map(({ Key = '' }) => Key)];
}

async function erasure(input: { erasureId: string } | { contact: object }) {
  const { organizationId } = meta?.info ?? { organizationId: '' };
  const asked = { organizationId, ...input };
  const method = 'erasureId' in input ? 'GET' : 'POST';
  const query = 'erasureId' in asked ? `?${new URLSearchParams(asked)}` : '';
  const answer = await fetch(new URL(`/whatsapp-erasure${query}`, stack.url), {
    method,
    headers: { 'content-type': 'application/json' },
    ...(method === 'POST' ? { body: JSON.stringify(asked) } : {}),
  });
  return erasureAnswerSchema.parse(await answer.json());
}

it('leaves nothing of a picture and a voice note, and tells so', async () => {
  const picture = await receive('image');
  const note = await receive('voice', 'en');
  await told(isAbout(picture, 'media.stored'));
  const { conversationId = '' } = await told(isAbout(note, 'transcript.ready'));
  const before = await everything();
  expect(before.filter((text) => text.includes(conversationId)).length).toBeGreaterThan(3);
  expect(before.filter((text) => /^(media|transcripts)\//.test(text))).toHaveLength(3);

  const { phoneNumberId } = meta?.info ?? {};
  const asked = await erasure({ contact: { phone: `+${customer}`, phoneNumberId } });
  const { erasureId } = asked;
  await told((event) => event.type === 'contact.erased' && event.conversationId === conversationId);
  let answer = asked;
  for (let look = 0; answer.status !== 'done' && look < 50; look++) {
    await delay(100);
    answer = await erasure({ erasureId });
  }
  expect(answer).toMatchObject({
    status: 'done',
    counts: { conversations: 1, messages: 2, files: 3 },
  });

  const after = (await everything()).filter((text) => !text.includes('contact.erased'));
  const marks = [customer, conversationId, picture, note];
  expect(after.filter((text) => marks.some((mark) => text.includes(mark)))).toEqual([]);
  expect(after.filter((text) => /^(media|transcripts)\//.test(text))).toEqual([]);

  expect((await replayed(stack)).out).toMatch(/queued again: ([2-9]|\d\d+), of/);
  const replayedTo = (await everything()).filter((text) => !text.includes('contact.erased'));
  expect(replayedTo.filter((text) => marks.some((mark) => text.includes(mark)))).toEqual([]);
  expect(complaints).toEqual([]);
}, 40_000);
