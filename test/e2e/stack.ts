import { createHmac } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { type LocalStack, startStack } from '../../local/stack.ts';
import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import type { ConnectedNumber } from '../../shared/routing/route.port.ts';
import { routeItems } from '../../shared/routing/route-items.ts';
import { assertNothingPrivate } from './private-text.ts';

const appSecret = 'the app secret of the end-to-end tests';
const verifyToken = 'the verify token of the end-to-end tests';

/** Two organisations, one number each, which are connected from the start. */
export const numbers = {
  north: { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' },
  south: { organizationId: 'south', wabaId: '1002', phoneNumberId: '2002' },
} as const satisfies Record<string, ConnectedNumber>;

/** The booted stack, as Meta and an inbox see it. */
export interface BootedStack {
  stack: LocalStack;
  verifyToken: string;
  /** Posts a body as it is, signed unless another signature is given. */
  post(body: string | Uint8Array, options?: PostOptions): Promise<Response>;
  /** Posts until it is answered 200, as Meta does. */
  deliver(webhook: unknown): Promise<void>;
  /** Waits until the inbox has received so many events that fit. */
  inbox(count: number, fits: (event: InboxEvent) => boolean): Promise<InboxEvent[]>;
  /** Connects a number, as an operator does. */
  connect(number: ConnectedNumber): Promise<void>;
  /** The items of a partition key. */
  items(pk: string): Promise<unknown[]>;
  /** Makes the next `count` calls of a service go wrong. */
  fail(fault: Record<string, unknown>): Promise<void>;
  /** How often each function called each action, `function service:action`. */
  calls(): Promise<Map<string, number>>;
  /** Everything that the functions have logged. */
  logs(): string;
  /** What the runner itself had to say: denied calls, errors, dead engines. */
  complaints: string[];
  stop(): Promise<void>;
}

/** How a webhook is posted. */
export interface PostOptions {
  path?: string;
  signature?: string | null;
  contentType?: string;
}

const eventsSchema = z.array(z.object({ n: z.number(), event: inboxEventSchema }));
const itemsSchema = z.object({ Items: z.array(z.unknown()) });
const countsSchema = z.array(
  z.object({
    function: z.string(),
    service: z.string(),
    action: z.string(),
    count: z.number(),
  }),
);

/** Boots the synthesised stack with two connected numbers. */
export async function bootStack(): Promise<BootedStack> {
  const logDir = mkdtempSync(path.join(os.tmpdir(), 'nexus-e2e-'));
  const readLogs = () =>
    readdirSync(logDir)
      .map((file) => readFileSync(path.join(logDir, file), 'utf8'))
      .join('\n');
  const complaints: string[] = [];
  const stack = await startStack({
    secrets: {
      AppSecret: JSON.stringify({ appSecrets: ['next', appSecret], verifyTokens: [verifyToken] }),
    },
    logDir,
    warm: false,
    log: (line) => complaints.push(line),
  });
  const TableName = stack.outputs['TableName'];
  async function connect(number: ConnectedNumber): Promise<void> {
    for (const Item of routeItems(number)) {
      await stack.awsCall('dynamodb', 'PutItem', { TableName, Item });
    }
  }
  for (const number of Object.values(numbers)) {
    await connect(number);
  }

  const post: BootedStack['post'] = (body, options = {}) => {
    const signature =
      options.signature === undefined
        ? `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`
        : options.signature;
    return fetch(new URL(options.path ?? '/whatsapp-webhook', stack.url), {
      method: 'POST',
      body: Buffer.from(body),
      headers: {
        'content-type': options.contentType ?? 'application/json',
        ...(signature === null ? {} : { 'x-hub-signature-256': signature }),
      },
    });
  };

  let read = 0;
  const received: InboxEvent[] = [];
  async function receive(): Promise<void> {
    const answer = await fetch(new URL(`/_local/events?after=${read}&wait=1`, stack.url));
    const events = eventsSchema.parse(await answer.json());
    read = events.at(-1)?.n ?? read;
    received.push(...events.map(({ event }) => event));
  }

  return {
    stack,
    verifyToken,
    post,
    complaints,
    async deliver(webhook) {
      const body = JSON.stringify(webhook);
      for (let attempt = 0; attempt < 100; attempt++) {
        if ((await post(body)).status === 200) {
          return;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error('Never answered 200');
    },
    async inbox(count, fits) {
      const deadline = Date.now() + 30_000;
      while (received.filter(fits).length < count && Date.now() < deadline) {
        await receive();
      }
      return received.filter(fits);
    },
    connect,
    async items(pk) {
      const answer = await stack.awsCall('dynamodb', 'Query', {
        TableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
      });
      return itemsSchema.parse(answer).Items;
    },
    async fail(fault) {
      const body = JSON.stringify(fault);
      const answer = await fetch(new URL('/_local/faults', stack.url), { method: 'POST', body });
      if (!answer.ok) {
        throw new Error(await answer.text());
      }
    },
    async calls() {
      const answer = await fetch(new URL('/_local/requests', stack.url));
      const counts = countsSchema.parse(await answer.json());
      return new Map(
        counts.map(({ function: caller, service, action, count }) => [
          `${caller} ${service}:${action}`,
          count,
        ]),
      );
    },
    logs: readLogs,
    async stop() {
      await stack.stop();
      const logs = readLogs();
      rmSync(logDir, { recursive: true, force: true });
      assertNothingPrivate(logs);
    },
  };
}

/** A webhook with one change of a number. */
export function webhookFor({ wabaId, phoneNumberId }: ConnectedNumber, content: object): unknown {
  return {
    object: 'whatsapp_business_account',
    entry: [
      {
        id: wabaId,
        changes: [
          {
            field: 'messages',
            value: {
              messaging_product: 'whatsapp',
              metadata: { display_phone_number: '15550001111', phone_number_id: phoneNumberId },
              ...content,
            },
          },
        ],
      },
    ],
  };
}

/** A text message as Meta writes it. */
export function textMessage(id: string, body: string, from = '966500000001') {
  return { id, from, timestamp: '1763800000', type: 'text', text: { body } };
}
