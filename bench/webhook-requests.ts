import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { type LocalStack, startStack } from '../local/stack.ts';
import { routeItems } from '../shared/routing/route-items.ts';
import type { Measurement, Row } from './measurement.ts';

const updates = 1000;
const appSecret = 'the app secret of the measurement';
const number = { organizationId: 'bench', wabaId: '1001', phoneNumberId: '2001' };

const countsSchema = z.array(
  z.object({ function: z.string(), service: z.string(), action: z.string(), count: z.number() }),
);
const eventsSchema = z.array(z.object({ n: z.number() }));

/** The requests to the table that `normalise` makes for one webhook of 1,000 updates, on the booted stack. */
export const webhookRequests: Measurement = {
  title: `requests to the table for one webhook of ${updates} updates`,
  async run() {
    const secret = { appSecrets: [appSecret], verifyTokens: ['token'] };
    const stack = await startStack({ secrets: { AppSecret: JSON.stringify(secret) } });
    for (const Item of routeItems(number)) {
      await stack.awsCall('dynamodb', 'PutItem', { TableName: stack.outputs['TableName'], Item });
    }
    let received = 0;
    const rows: Row[] = [];
    for (const [name, people, kind] of [
      ['messages of 50 new people', 50, 'messages'],
      ['messages of 50 known people', 50, 'messages'],
      ['messages of 1,000 new people', 1000, 'messages'],
      ['messages of 1,000 known people', 1000, 'messages'],
      ['statuses of 1,000 unknown messages', 1000, 'statuses'],
    ] as const) {
      const before = await requestsOf(stack);
      await post(stack, webhook(`${rows.length}`, people, kind));
      received += updates;
      await untilReceived(stack, received);
      rows.push({ webhook: name, requests: (await requestsOf(stack)) - before });
    }
    await stack.stop();
    return rows;
  },
};

function webhook(run: string, people: number, kind: 'messages' | 'statuses'): string {
  const elements = Array.from({ length: updates }, (_, index) => {
    const common = { id: `wamid.${run}.${index}`, timestamp: '1763800000' };
    const phone = `9665${10_000 + (index % people)}`;
    return kind === 'messages'
      ? { ...common, from: phone, type: 'text', text: { body: 'hello' } }
      : { ...common, recipient_id: phone, status: 'sent' };
  });
  const value = { metadata: { phone_number_id: number.phoneNumberId }, [kind]: elements };
  const changes = [{ field: 'messages', value }];
  const entry = [{ id: number.wabaId, changes }];
  return JSON.stringify({ object: 'whatsapp_business_account', entry });
}

async function post(stack: LocalStack, body: string): Promise<void> {
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

async function requestsOf(stack: LocalStack): Promise<number> {
  const counts = countsSchema.parse(await (await fetch(`${stack.url}/_local/requests`)).json());
  return counts
    .filter((each) => each.function === 'Normalise' && each.service === 'dynamodb')
    .reduce((sum, { count }) => sum + count, 0);
}

async function untilReceived(stack: LocalStack, count: number): Promise<void> {
  const deadline = Date.now() + 60_000;
  for (let newest = 0; newest < count; ) {
    if (Date.now() > deadline) {
      throw new Error(`Only ${newest} of ${count} events came within a minute`);
    }
    const answer = await fetch(`${stack.url}/_local/events?after=${newest}&wait=1`);
    newest = eventsSchema.parse(await answer.json()).at(-1)?.n ?? newest;
  }
}
