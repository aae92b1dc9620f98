import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { type LocalStack, startStack } from '../local/stack.ts';
import { routeItems } from '../shared/routing/route-items.ts';
import { callbackDataOf, sendIdOf } from '../shared/sends/send-id.ts';
import { sendItemKey, sendSortKey } from '../shared/sends/send-item.ts';
import type { SendRecord } from '../shared/sends/send-record.schema.ts';
import type { Measurement, Row } from './measurement.ts';

const updates = 1000;
/** What the stack is booted with, and webhooks are signed with. */
export const appSecret = 'the app secret of the measurement';
const number = { organizationId: 'bench', wabaId: '1001', phoneNumberId: '2001' };

/** Two hours: every window that is known by then is older than the new one. */
const later = 7200;

/** One webhook that is measured. */
interface Case {
  name: string;
  people: number;
  kind: 'texts' | 'pictures' | 'statuses' | 'statuses of sends';
  /** Seconds after the first. */
  second?: number;
}

const cases: readonly Case[] = [
  { name: 'messages of 50 new people', people: 50, kind: 'texts' },
  { name: 'messages of 50 known people', people: 50, kind: 'texts' },
  { name: 'messages of 1,000 people, 950 of them new', people: 1000, kind: 'texts' },
  { name: 'messages of 1,000 known people', people: 1000, kind: 'texts' },
  { name: 'the same, two hours later', people: 1000, kind: 'texts', second: later },
  { name: 'pictures of 1,000 known people', people: 1000, kind: 'pictures', second: later },
  { name: 'statuses of 1,000 unknown messages', people: 1000, kind: 'statuses' },
  { name: 'statuses of 1,000 accepted sends', people: 1000, kind: 'statuses of sends' },
];

const countsSchema = z.array(
  z.object({ function: z.string(), service: z.string(), action: z.string(), count: z.number() }),
);
const eventsSchema = z.array(z.object({ n: z.number() }));

/** The requests to the table that `normalise` makes for one webhook of 1,000 updates, on the booted stack. */
export const webhookRequests: Measurement = {
  title: `requests to the table for one webhook of ${updates} updates`,
  minutes: 1,
  async run() {
    const secret = { appSecrets: [appSecret], verifyTokens: ['token'] };
    const stack = await startStack({ secrets: { AppSecret: JSON.stringify(secret) } });
    for (const Item of routeItems(number)) {
      await stack.awsCall('dynamodb', 'PutItem', { TableName: stack.outputs['TableName'], Item });
    }
    for (let index = 0; index < updates; index++) {
      await stack.awsCall('dynamodb', 'PutItem', {
        TableName: stack.outputs['TableName'],
        Item: sendItem(index),
      });
    }
    let received = 0;
    const rows: Row[] = [];
    for (const each of cases) {
      const before = await requestsOf(stack);
      await post(stack, webhook(`${rows.length}`, each));
      received += updates;
      await untilReceived(stack, received);
      rows.push({ webhook: each.name, requests: (await requestsOf(stack)) - before });
    }
    await stack.stop();
    return rows;
  },
};

function sendIdAt(index: number): string {
  return sendIdOf(number.organizationId, `key ${index}`);
}

function sendItem(index: number) {
  const at = '2025-11-22T08:26:40.000Z';
  const sendId = sendIdAt(index);
  const record: SendRecord = {
    ...{ ...number, sendId, requestHash: 'hash', state: 'ACCEPTED', messageId: `wamid.${index}` },
    ...{ lane: 'agent', laneKey: 'lane', holdsLane: false, attempts: 1 },
    ...{ createdAt: at, stateAt: at, sendBy: at },
  };
  return {
    pk: { S: sendItemKey(number.organizationId, sendId) },
    sk: { S: sendSortKey },
    record: { S: JSON.stringify(record) },
    version: { N: '1' },
  };
}

function webhook(run: string, { people, kind, second = 0 }: Case): string {
  const elements = Array.from({ length: updates }, (_, index) => ({
    id: `wamid.${run}.${index}`,
    timestamp: String(1_763_800_000 + second),
    ...content(kind, `9665${10_000 + (index % people)}`, index),
  }));
  const collection = kind === 'texts' || kind === 'pictures' ? 'messages' : 'statuses';
  const value = { metadata: { phone_number_id: number.phoneNumberId }, [collection]: elements };
  const changes = [{ field: 'messages', value }];
  const entry = [{ id: number.wabaId, changes }];
  return JSON.stringify({ object: 'whatsapp_business_account', entry });
}

function content(kind: Case['kind'], phone: string, index: number): object {
  switch (kind) {
    case 'texts':
      return { from: phone, type: 'text', text: { body: 'hello' } };
    case 'pictures':
      return { from: phone, type: 'image', image: { id: `picture ${index}` } };
    case 'statuses':
      return { recipient_id: phone, status: 'sent' };
    case 'statuses of sends':
      return {
        ...{ recipient_id: phone, status: 'sent' },
        biz_opaque_callback_data: callbackDataOf({ sendId: sendIdAt(index) }),
      };
  }
}

/** Posts a webhook, signed with `appSecret`. @throws where it is not taken */
export async function post(stack: LocalStack, body: string): Promise<void> {
  const signature = createHmac('sha256', appSecret).update(body).digest('hex');
  const headers = {
    'x-hub-signature-256': `sha256=${signature}`,
    'content-type': 'application/json',
  };
  const answer = await fetch(`${stack.url}/whatsapp-webhook`, { method: 'POST', headers, body });
  if (answer.status !== 200) {
    throw new Error(`The webhook was answered ${answer.status}`);
  }
}

/** The requests to the table that `normalise` has made. */
export async function requestsOf(stack: LocalStack): Promise<number> {
  const counts = countsSchema.parse(await (await fetch(`${stack.url}/_local/requests`)).json());
  return counts
    .filter((each) => each.function === 'Normalise' && each.service === 'dynamodb')
    .reduce((sum, { count }) => sum + count, 0);
}

/** Waits until the inbox has had so many events. */
export async function untilReceived(stack: LocalStack, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (let newest = 0; newest < count; ) {
    if (Date.now() > deadline) {
      throw new Error(`Only ${newest} of ${count} events came within a minute`);
    }
    const answer = await fetch(`${stack.url}/_local/events?after=${newest}&wait=1`);
    newest = eventsSchema.parse(await answer.json()).at(-1)?.n ?? newest;
  }
}
