import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import {
  initialSecrets,
  metaEnvironment,
  startDemoGraph,
  startMeta,
} from '../../local/meta/demo.ts';
import type { FakeGraph } from '../../local/meta/graph.ts';
import { type LocalStack, type StackOptions, startStack } from '../../local/stack.ts';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import { assertNothingPrivate } from './private-text.ts';

/** An answer of the API. */
export interface ApiResponse {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

/** What `npm start` boots, as an inbox backend sees it. */
export interface DemoStack {
  /** The demo organisation's ids, and those of another one. */
  info: Awaited<ReturnType<typeof startMeta>>['info'];
  graph: FakeGraph;
  stack: LocalStack;
  url: string;
  awsEndpoint: string;
  inboxQueueUrl: string;
  /** Makes a queue's messages dead letters after so many receives. */
  redriveAfter(queue: string, maxReceiveCount: number): Promise<void>;
  /** Waits until a queue has so many dead letters. */
  deadOnce(queue: string, count: number): Promise<void>;
  /** The environment in which the commands of ops/ find this stack. */
  commandEnv: Record<string, string>;
  /** Posts a send, under a new key unless one is given. */
  send(path: string, body: object, key?: string): Promise<ApiResponse>;
  get(path: string, query: Record<string, string>): Promise<ApiResponse>;
  put(path: string, body: object): Promise<ApiResponse>;
  /** POSTs to one of the local run's own addresses. */
  local(path: string, body: object): Promise<unknown>;
  /** Waits until so many inbox events have come that fit. */
  inbox(count: number, fits: (event: InboxEvent) => boolean): Promise<InboxEvent[]>;
  /** Waits until a partition key has so many items. */
  itemsOnce(pk: string, count: number): Promise<void>;
  /** Everything that the functions have logged. */
  logs(): string;
  /** Where it is, in a file for each. */
  logDir: string;
  /** What the runner itself had to say: denied calls, errors. */
  complaints: string[];
  stop(): Promise<void>;
}

const eventsSchema = z.array(z.object({ n: z.number(), event: inboxEventSchema }));
const depthSchema = z.object({
  Attributes: z.object({ ApproximateNumberOfMessages: z.coerce.number() }),
});
const itemsSchema = z.object({ Items: z.array(z.unknown()) });
const objectSchema = z.record(z.string(), z.unknown());

/** Boots the stack with the simulated Meta, as `npm start` does. @param options what else of the stack is wanted */
export async function bootDemo(options: StackOptions = {}): Promise<DemoStack> {
  const logDir = mkdtempSync(path.join(os.tmpdir(), 'nexus-send-'));
  const readLogs = () =>
    readdirSync(logDir)
      .map((file) => readFileSync(path.join(logDir, file), 'utf8'))
      .join('\n');
  const complaints: string[] = [];
  const graph = await startDemoGraph();
  let meta: Awaited<ReturnType<typeof startMeta>> | undefined;
  const stack = await startStack({
    ...options,
    secrets: { ...initialSecrets, ...options.secrets },
    environment: async (context) => ({
      ...metaEnvironment(graph, context),
      ...(await options.environment?.(context)),
    }),
    routes: async (context) => {
      meta = await startMeta(context, graph);
      return meta.routes;
    },
    logDir,
    warm: false,
    log: (line) => complaints.push(line),
  });
  if (!meta) {
    throw new Error('The simulated Meta did not start');
  }
  const { info, stop } = meta;
  const localRunFile = path.join(mkdtempSync(path.join(os.tmpdir(), 'nexus-run-')), 'stack.json');
  const { awsEndpoint, region, resources } = stack;
  writeFileSync(localRunFile, JSON.stringify({ awsEndpoint, region, resources }));

  function queueUrl(queue: string, part: 'Queue' | 'DeadLetters'): string {
    const found = resources.find((resource) => resource.LogicalResourceId.startsWith(queue + part));
    return found?.PhysicalResourceId ?? '';
  }

  async function answerOf(response: Response): Promise<ApiResponse> {
    const { status, headers } = response;
    return { status, headers, body: objectSchema.parse(await response.json()) };
  }

  let read = 0;
  const received: InboxEvent[] = [];
  async function receive(): Promise<void> {
    const answer = await fetch(new URL(`/_local/events?after=${read}&wait=1`, stack.url));
    const events = eventsSchema.parse(await answer.json());
    read = events.at(-1)?.n ?? read;
    received.push(...events.map(({ event }) => event));
  }

  return {
    info,
    graph,
    stack,
    url: stack.url,
    awsEndpoint,
    async redriveAfter(queue, maxReceiveCount) {
      const name = queueUrl(queue, 'DeadLetters').split('/').at(-1);
      const deadLetterTargetArn = `arn:aws:sqs:${region}:000000000000:${name}`;
      await stack.awsCall('sqs', 'SetQueueAttributes', {
        QueueUrl: queueUrl(queue, 'Queue'),
        Attributes: { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) },
      });
    },
    async deadOnce(queue, count) {
      const QueueUrl = queueUrl(queue, 'DeadLetters');
      const input = { QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] };
      for (const deadline = Date.now() + 10_000; ; await delay(25)) {
        const answer = await stack.awsCall('sqs', 'GetQueueAttributes', input);
        const dead = depthSchema.parse(answer).Attributes.ApproximateNumberOfMessages;
        if (dead === count) {
          return;
        }
        if (Date.now() > deadline) {
          throw new Error(`${queue} has ${dead} dead letters, not ${count}`);
        }
      }
    },
    commandEnv: { WHATSAPP_LOCAL_RUN: localRunFile },
    inboxQueueUrl: stack.outputs['InboxEventsQueueUrl'] ?? '',
    complaints,
    async send(route, body, key = randomUUID()) {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return answerOf(await fetch(new URL(route, stack.url), init));
    },
    async get(route, query) {
      return answerOf(await fetch(new URL(`${route}?${new URLSearchParams(query)}`, stack.url)));
    },
    async put(route, body) {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'PUT', headers, body: JSON.stringify(body) };
      return answerOf(await fetch(new URL(route, stack.url), init));
    },
    async local(route, body) {
      const init = { method: 'POST', body: JSON.stringify(body) };
      const answer = await fetch(new URL(route, stack.url), init);
      if (!answer.ok) {
        throw new Error(await answer.text());
      }
      return answer.json();
    },
    async inbox(count, fits) {
      const deadline = Date.now() + 30_000;
      while (received.filter(fits).length < count && Date.now() < deadline) {
        await receive();
      }
      return received.filter(fits);
    },
    async itemsOnce(pk, count) {
      const query = {
        TableName: stack.outputs['TableName'],
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
      };
      for (const deadline = Date.now() + 10_000; ; await delay(25)) {
        const { Items } = itemsSchema.parse(await stack.awsCall('dynamodb', 'Query', query));
        if (Items.length === count) {
          return;
        }
        if (Date.now() > deadline) {
          throw new Error(`${pk} has ${Items.length} items, not ${count}`);
        }
      }
    },
    logs: readLogs,
    logDir,
    async stop() {
      await stop();
      await stack.stop();
      await graph.stop();
      const logs = readLogs();
      for (const directory of [logDir, path.dirname(localRunFile)]) {
        rmSync(directory, { recursive: true, force: true });
      }
      assertNothingPrivate(logs);
    },
  };
}
