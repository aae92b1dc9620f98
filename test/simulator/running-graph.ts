import * as z from 'zod';
import { createGraphState } from '../../local/meta/graph/state.ts';
import { startGraph } from '../../local/meta/graph.ts';
import { createWebhookSender } from '../../local/meta/webhook.ts';
import { startReceiver } from './receiver.ts';

/** The business that tests of the fake Graph send for. */
export const phoneNumberId = '2001';
export const wabaId = '1001';
export const token = 'EAAtest';
export const customer = '966500000001';
export const appSecret = 'the app secret';

/** A text to the customer; `more` replaces fields of it. */
export function textMessage(more: Record<string, unknown> = {}): Record<string, unknown> {
  const text = { body: 'Hello' };
  return { messaging_product: 'whatsapp', to: `+${customer}`, type: 'text', text, ...more };
}

const acceptance = z.looseObject({ messages: z.array(z.looseObject({ id: z.string() })) });
const refusal = z.object({ error: z.looseObject({ code: z.number(), message: z.string() }) });
const status = z.looseObject({ id: z.string(), status: z.string() });
const webhook = z.object({
  entry: z.array(
    z.looseObject({ changes: z.array(z.object({ field: z.string(), value: z.looseObject({}) })) }),
  ),
});

/** A fake Graph on a loopback port with one business, a customer who has written, and a receiver of webhooks. */
export async function runGraph() {
  let now = Date.parse('2026-11-22T12:00:00.000Z');
  const state = createGraphState({ appId: '99', appSecret }, () => now);
  state.accounts.set(wabaId, { id: wabaId, name: 'North' });
  state.tokens.set(token, { appId: '99', wabaIds: [wabaId] });
  state.numbers.set(phoneNumberId, {
    ...{ id: phoneNumberId, wabaId, displayPhoneNumber: '15550001111', verifiedName: 'North' },
    throughputMps: 80,
  });
  const graph = await startGraph(state);
  const receiver = await startReceiver(() => 200);
  const sender = graph.attach(createWebhookSender(receiver.url, appSecret));
  graph.openWindow({ phoneNumberId, people: [customer] });

  const call = (target: string, init: RequestInit = {}) =>
    fetch(`${graph.url}/v25.0/${target}`, {
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers },
    });
  const send = (message: unknown) =>
    call(`${phoneNumberId}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(message),
    });
  const changes = () =>
    receiver.received.flatMap(({ body }) =>
      webhook.parse(JSON.parse(body)).entry.flatMap((entry) => entry.changes),
    );
  return {
    ...{ graph, state, receiver, sender, call, send, changes },
    /** Lets time pass, in ms. */
    pass: (ms: number) => {
      now += ms;
    },
    local: (method: 'GET' | 'POST', name: string, body?: unknown) =>
      graph.routes
        .find((route) => route.method === method && route.path === `/_local/graph/${name}`)
        ?.handle({ query: new URLSearchParams(), body }),
    /** Sends what has to be accepted, and gives its id. */
    accepted: async (message: unknown) => {
      const { messages } = acceptance.parse(await (await send(message)).json());
      return messages[0]?.id ?? '';
    },
    /** Sends what has to be refused: HTTP status, code and Meta's error. */
    refused: async (message: unknown) => {
      const response = await send(message);
      const { error } = refusal.parse(await response.json());
      return { status: response.status, ...error };
    },
    statuses: () =>
      changes().flatMap(({ value }) => z.array(status).optional().parse(value['statuses']) ?? []),
    stop: async () => {
      sender.stop();
      await graph.stop();
      await receiver.stop();
    },
  };
}

/** Waits until something holds, up to two seconds. */
export async function until(holds: () => boolean): Promise<void> {
  const deadline = Date.now() + 2000;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error('It never came');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
