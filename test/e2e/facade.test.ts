import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, MessageType } from '@great-detail/whatsapp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WhatsAppClient } from '@kapso/whatsapp-cloud-api';
import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { WhatsAppAPI } from 'whatsapp-api-js';
import {
  BodyComponent,
  BodyParameter,
  Image,
  Reaction,
  Template,
  Text,
} from 'whatsapp-api-js/messages';
import * as z from 'zod';
import { simulate } from '../../local/meta/simulation.ts';
import { createWebhookSender, type WebhookSender } from '../../local/meta/webhook.ts';
import { type Received, startReceiver } from '../simulator/receiver.ts';
import { bootDemo, type DemoStack } from './demo-stack.ts';

const customer = '966500000001';
const jpeg = new Blob(
  [readFileSync(new URL('../../local/meta/graph/media/samples/image.jpg', import.meta.url))],
  { type: 'image/jpeg' },
);

/** What every client is tried with. Each gives back Meta's id of what it has sent. */
interface TriedClient {
  text(body: string, callbackData: string): Promise<string | undefined>;
  /** The template `order_ready` in English, with these two parameters. */
  template(...parameters: [string, string]): Promise<string | undefined>;
  /** Uploads a picture and sends it. */
  image(): Promise<string | undefined>;
  reaction(messageId: string): Promise<string | undefined>;
  /** Verifies a webhook and gives the text in it, or a status's callback data. */
  webhook(request: Received): Promise<unknown>;
}

let demo: DemoStack;
let clients: Record<string, TriedClient>;
let token: string;
let webhooks: Awaited<ReturnType<typeof startReceiver>>;
/** Meta's side: posts to the stack, and to the client's own receiver. */
let meta: WebhookSender;
const senders: WebhookSender[] = [];

beforeAll(async () => {
  [demo, webhooks] = await Promise.all([bootDemo(), startReceiver(() => 200)]);
  const { appSecret, webhookUrl, organizationId } = demo.info;
  const [toStack, toClient] = [webhookUrl, webhooks.url].map((url) =>
    createWebhookSender(url, appSecret),
  );
  if (!toStack || !toClient) {
    throw new Error('No senders');
  }
  senders.push(toStack, toClient);
  meta = demo.graph.attach({
    ...toStack,
    deliver: async (body) => {
      await toClient.deliver(body);
      return toStack.deliver(body);
    },
  });
  const issued = await demo.send('/graph-tokens', { organizationId, name: 'clients' });
  token = String(issued.body['token']);
  const baseUrl = new URL('/graph', demo.url).href;
  clients = {
    '@kapso/whatsapp-cloud-api': kapso(baseUrl),
    '@great-detail/whatsapp': greatDetail(baseUrl),
    'whatsapp-api-js': whatsappApiJs(baseUrl),
  };
}, 60_000);

afterEach(() => demo.local('/_local/graph/faults', { reset: true }));

afterAll(async () => {
  for (const sender of senders) {
    sender.stop();
  }
  await demo.stop();
  await webhooks.stop();
}, 30_000);

function kapso(baseUrl: string): TriedClient {
  const { phoneNumberId, appSecret } = demo.info;
  const { messages, media } = new WhatsAppClient({ baseUrl, accessToken: token });
  const to = { phoneNumberId, to: customer };
  const idOf = ({ messages: [message] }: { messages: { id: string }[] }) => message?.id;
  return {
    text: async (body, bizOpaqueCallbackData) =>
      idOf(await messages.sendText({ ...to, body, bizOpaqueCallbackData })),
    template: async (...texts) => {
      const parameters = texts.map((text) => ({ type: 'text' as const, text }));
      const components = [{ type: 'body' as const, parameters }];
      const template = { name: 'order_ready', language: { code: 'en' }, components };
      return idOf(await messages.sendTemplate({ ...to, template }));
    },
    image: async () => {
      const { id } = await media.upload({ phoneNumberId, type: 'image/jpeg', file: jpeg });
      return idOf(await messages.sendImage({ ...to, image: { id } }));
    },
    reaction: async (messageId) =>
      idOf(await messages.sendReaction({ ...to, reaction: { messageId, emoji: '👍' } })),
    webhook: async ({ body, headers }) => {
      const signatureHeader = String(headers['x-hub-signature-256']);
      expect(verifySignature({ appSecret, rawBody: body, signatureHeader })).toBe(true);
      const { messages: received, statuses } = normalizeWebhook(JSON.parse(body));
      return received[0]?.text?.body ?? statuses[0]?.bizOpaqueCallbackData;
    },
  };
}

function greatDetail(baseUrl: string): TriedClient {
  const { phoneNumberId: phoneNumberID, appSecret } = demo.info;
  const { message, media, webhook } = new Client({
    baseUrl,
    request: { headers: { Authorization: `Bearer ${token}` } },
  });
  const to = { phoneNumberID, to: customer };
  const idOf = async (sent: ReturnType<typeof message.createMessage>) =>
    (await sent.json()).messages[0]?.id;
  return {
    text: (body, biz_opaque_callback_data) =>
      idOf(
        message.createMessage({
          ...to,
          type: MessageType.Text,
          text: { body },
          biz_opaque_callback_data,
        }),
      ),
    template: (...texts) => {
      const parameters = texts.map((text) => ({ type: 'text' as const, text }));
      const components = [{ type: 'body' as const, parameters }];
      const template = { name: 'order_ready', language: { code: 'en' as const }, components };
      return idOf(message.createMessage({ ...to, type: MessageType.Template, template }));
    },
    image: async () => {
      const file = { file: jpeg, filename: 'a.jpg', mimeType: 'image/jpeg' };
      const { id } = await media.upload({ phoneNumberID, ...file }).json();
      return idOf(message.createMessage({ ...to, type: MessageType.Image, image: { id } }));
    },
    reaction: (message_id) => {
      const options = { ...to, type: MessageType.Reaction as const, reaction: { id: '' } };
      // Its types take a reaction for a file.
      const reaction = { message_id, emoji: '👍' };
      return idOf(message.createMessage(Object.assign(options, { reaction })));
    },
    webhook: async ({ method = '', body, headers }) => {
      const event = await webhook.eventNotification({
        ...{ method, query: {}, body },
        headers: Object.fromEntries(
          Object.entries(headers).map(([header, value]) => [header, String(value)]),
        ),
      });
      await event.verifySignature(appSecret);
      return toldIn(event.eventNotification);
    },
  };
}

function whatsappApiJs(baseUrl: string): TriedClient {
  const { phoneNumberId, appSecret } = demo.info;
  // It has no setting for the address; its `fetch` can be given.
  const api = new WhatsAppAPI({
    ...{ token, appSecret, v: 'v24.0' },
    ponyfill: {
      fetch: (url, init) => fetch(String(url).replace('https://graph.facebook.com', baseUrl), init),
    },
  });
  const idOf = async (sent: ReturnType<typeof api.sendMessage>) => {
    const answer = await sent;
    return 'messages' in answer ? answer.messages[0]?.id : JSON.stringify(answer);
  };
  return {
    text: (body, data) =>
      idOf(api.sendMessage(phoneNumberId, customer, new Text(body), undefined, data)),
    template: (first, second) => {
      const body = new BodyComponent(new BodyParameter(first), new BodyParameter(second));
      return idOf(
        api.sendMessage(phoneNumberId, customer, new Template('order_ready', 'en', body)),
      );
    },
    image: async () => {
      const form = new FormData();
      form.set('file', jpeg, 'a.jpg');
      const uploaded = await api.uploadMedia(phoneNumberId, form);
      const id = 'id' in uploaded ? uploaded.id : JSON.stringify(uploaded);
      return idOf(api.sendMessage(phoneNumberId, customer, new Image(id, true)));
    },
    reaction: (messageId) =>
      idOf(api.sendMessage(phoneNumberId, customer, new Reaction(messageId, '👍'))),
    webhook: async ({ body, headers }) => {
      let told: unknown;
      api.on.message = ({ raw }) => {
        told = toldIn(raw);
      };
      api.on.status = ({ biz_opaque_callback_data: data }) => {
        told = data;
      };
      await api.post(JSON.parse(body), body, String(headers['x-hub-signature-256']));
      return told;
    },
  };
}

const webhookSchema = z.object({
  entry: z.tuple([
    z.object({
      changes: z.tuple([
        z.object({
          value: z.object({
            messages: z.array(z.object({ text: z.object({ body: z.string() }) })).optional(),
            statuses: z.array(z.object({ biz_opaque_callback_data: z.string() })).optional(),
          }),
        }),
      ]),
    }),
  ]),
});

function toldIn(webhook: unknown): string | undefined {
  const [{ changes }] = webhookSchema.parse(webhook).entry;
  const [{ value }] = changes;
  return value.messages?.[0]?.text.body ?? value.statuses?.[0]?.biz_opaque_callback_data;
}

/** What Meta has accepted under an id. */
function accepted(messageId: string | undefined) {
  return demo.graph.accepted().filter(({ id }) => id === messageId);
}

/** Until Meta has told all that it has to: a webhook then is about one thing. */
async function quiet(): Promise<void> {
  const isOpen = () =>
    demo.graph
      .accepted()
      .some(({ type, statuses }) => statuses.length < (type === 'reaction' ? 1 : 3));
  for (let tries = 0; isOpen() && tries < 200; tries++) await delay(20);
}

/** The first webhook in which this stands. */
async function webhookOf(text: string): Promise<Received> {
  for (let tries = 0; tries < 200; tries++) {
    const found = webhooks.received.find(({ body }) => body.includes(text));
    if (found) return found;
    await delay(20);
  }
  throw new Error(`No webhook with ${text}`);
}

/** The customer writes. @returns the message's id */
async function customerWrites(body: string): Promise<string> {
  const { wabaId, phoneNumberId, graphUrl } = demo.info;
  const { body: simulated } = await simulate(
    { type: 'text', from: customer, text: { body } },
    {
      business: { wabaId, phoneNumberId, displayPhoneNumber: '15550100100' },
      ...{ graphUrl, sender: meta, signal: AbortSignal.timeout(10_000) },
    },
  );
  return z.object({ messageIds: z.tuple([z.string()]) }).parse(simulated).messageIds[0];
}

describe.each(['@kapso/whatsapp-cloud-api', '@great-detail/whatsapp', 'whatsapp-api-js'])(
  'with its address and token alone changed, %s',
  (name) => {
    const client = (): TriedClient => {
      const found = clients[name];
      if (!found) throw new Error(`No client ${name}`);
      return found;
    };

    it('sends a text, whose callback data come back, and reads the webhooks', async () => {
      await quiet();
      const data = JSON.stringify({ order: 7, by: name });
      const messageId = await client().text(`hello from ${name}`, data);
      expect(accepted(messageId)).toMatchObject([{ type: 'text', to: `+${customer}` }]);
      const statuses = await demo.inbox(
        3,
        (event) => event.type === 'message.status' && event.messageId === messageId,
      );
      expect(statuses).toMatchObject([1, 2, 3].map(() => ({ clientReference: data })));

      const told = await client().webhook(await webhookOf(String(messageId)));
      expect(told).toMatch(/^nexus:[\w-]{43}:/);
      expect(told).toContain(data);
      await customerWrites(`answer to ${name}`);
      const answer = await webhookOf(`answer to ${name}`);
      expect(await client().webhook(answer)).toBe(`answer to ${name}`);
      const forged = { ...answer, body: answer.body.replace('answer', 'ANSWER') };
      await expect(client().webhook(forged)).rejects.toThrow();
    });

    it('sends a template', async () => {
      const messageId = await client().template('Aisha', 'A-7');
      expect(accepted(messageId)).toMatchObject([{ type: 'template' }]);
    });

    it('uploads a file and sends it', async () => {
      const messageId = await client().image();
      expect(accepted(messageId)).toMatchObject([{ type: 'image' }]);
    });

    it('reacts to what a customer has written', async () => {
      const messageId = await client().reaction(await customerWrites('hello?'));
      expect(accepted(messageId)).toMatchObject([{ type: 'reaction' }]);
    });
  },
);

/** A call as any client of Meta makes it. */
async function graph(path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await fetch(new URL(`/graph/${path}`, demo.url), {
    method: body ? 'POST' : 'GET',
    headers: {
      authorization: `Bearer ${token}`,
      ...(body instanceof FormData ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body && { body: body instanceof FormData ? body : JSON.stringify(body) }),
  });
  return {
    status: answer.status,
    headers: answer.headers,
    body: objectSchema.parse(await answer.json()),
  };
}

const objectSchema = z.looseObject({});

const envelope = { messaging_product: 'whatsapp', to: customer };

function text(body: string) {
  return { ...envelope, text: { body } };
}

const messages = () => `v25.0/${demo.info.phoneNumberId}/messages`;

it('marks a message as read and shows that somebody is typing', async () => {
  const messageId = await customerWrites('are you there?');
  const read = { messaging_product: 'whatsapp', status: 'read', message_id: messageId };
  const answer = await graph(messages(), { ...read, typing_indicator: { type: 'text' } });
  expect(answer).toMatchObject({ status: 200, body: { success: true } });
});

it('sends a message once for an Idempotency-Key, and each time without one', async () => {
  const headers = { 'idempotency-key': 'the-same' };
  const [first, second] = [
    await graph(messages(), text('once'), headers),
    await graph(messages(), text('once'), headers),
  ];
  expect(first.body).toMatchObject({ contacts: [{ input: customer, wa_id: customer }] });
  expect(second).toMatchObject({ status: 200, body: first.body });
  const other = await graph(messages(), text('another'), headers);
  expect(other).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  const without = await Promise.all([1, 2].map(() => graph(messages(), text('twice'))));
  expect(new Set(without.map(({ body }) => JSON.stringify(body['messages']))).size).toBe(2);
});

it('lists templates page by page, without our token', async () => {
  const first = await graph(
    `v25.0/${demo.info.wabaId}/message_templates?limit=2&fields=name,status`,
  );
  expect(first.body).toMatchObject({ data: [{ name: 'hello_world', status: 'APPROVED' }, {}] });
  const { next } = z.object({ paging: z.object({ next: z.string() }) }).parse(first.body).paging;
  expect(next).not.toContain('access_token');
  const second = await fetch(next, { headers: { authorization: `Bearer ${token}` } });
  const { data } = z.object({ data: z.array(objectSchema) }).parse(await second.json());
  expect(data).toHaveLength(2);
  expect(data).not.toEqual(first.body['data']);
});

describe('refuses as Meta does', () => {
  it.each([
    ['a token that is none', { authorization: 'Bearer EAAG' }, 190],
    ['no token', { authorization: '' }, 190],
  ])('%s', async (_case, headers, code) => {
    const answer = await graph(messages(), text('x'), headers);
    expect(answer).toMatchObject({
      status: 401,
      body: { error: { code, type: 'OAuthException' } },
    });
  });

  it.each([
    ['number', () => `v25.0/${demo.info.otherPhoneNumberId}/messages`, text('x')],
    ['number, for a file', () => `v25.0/${demo.info.otherPhoneNumberId}/media`, new FormData()],
    ['account', () => `v25.0/${demo.info.otherWabaId}/message_templates`, undefined],
  ])("another organisation's %s", async (_case, path, body) => {
    const answer = await graph(path(), body);
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 100, error_subcode: 33 } },
    });
  });

  it("another organisation's file", async () => {
    const form = new FormData();
    form.set('messaging_product', 'whatsapp');
    form.set('file', jpeg, 'a.jpg');
    const { body } = await graph(`v25.0/${demo.info.phoneNumberId}/media`, form);
    const { otherOrganizationId: organizationId, otherPhoneNumberId } = demo.info;
    const issued = await demo.send('/graph-tokens', { organizationId, name: 'theirs' });
    const answer = await graph(
      `v25.0/${otherPhoneNumberId}/messages`,
      { ...envelope, type: 'image', image: { id: body['id'] } },
      { authorization: `Bearer ${issued.body['token']}` },
    );
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 131009 } } });
  });

  it('too few parameters of a template, before it is called', async () => {
    const template = { name: 'order_ready', language: { code: 'en' } };
    const before = demo.graph.accepted().length;
    const answer = await graph(messages(), {
      ...envelope,
      type: 'template',
      template,
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { error: { code: 132000, error_data: { messaging_product: 'whatsapp' } } },
    });
    expect(demo.graph.accepted()).toHaveLength(before);
  });

  it('a message that it throttles: nothing is queued', async () => {
    await demo.local('/_local/graph/faults', { path: 'messages', code: 130429 });
    const answer = await graph(messages(), text('later'));
    expect(answer).toMatchObject({
      status: 429,
      body: { error: { code: 130429, is_transient: true } },
    });
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    const { body } = await graph(messages(), text('now'));
    expect(body['messages']).toHaveLength(1);
  });

  it('but for a file that no function can be given: that is refused in front of it', async () => {
    const form = new FormData();
    form.set('file', new Blob([Buffer.alloc(5 * 1024 * 1024)], { type: 'image/jpeg' }), 'a.jpg');
    const answer = await graph(`v25.0/${demo.info.phoneNumberId}/media`, form);
    expect(answer.status).toBe(413);
  });

  it('what it has and is not done here', async () => {
    expect(await graph('v25.0/12345')).toMatchObject({ body: { error: { error_subcode: 33 } } });
  });
});

it('takes no token that was revoked', async () => {
  const { organizationId } = demo.info;
  const issued = await demo.send('/graph-tokens', { organizationId, name: 'old client' });
  const { tokenId, token: secret } = issued.body;
  const headers = { authorization: `Bearer ${secret}` };
  expect(await graph(messages(), text('still'), headers)).toMatchObject({ status: 200 });
  const listed = await demo.get('/graph-tokens', { organizationId });
  expect(listed.body['data']).toContainEqual(
    expect.objectContaining({ tokenId, name: 'old client', lastUsedAt: expect.any(String) }),
  );
  expect(JSON.stringify(listed.body)).not.toContain(secret);
  const query = new URLSearchParams({ organizationId, tokenId: String(tokenId) });
  const revoke = () => fetch(new URL(`/graph-tokens?${query}`, demo.url), { method: 'DELETE' });
  expect((await revoke()).status).toBe(200);
  expect(await graph(messages(), text('no more'), headers)).toMatchObject({ status: 401 });
  expect((await revoke()).status).toBe(404);
});

it('the functions had all that they needed, and tell nobody a token', () => {
  expect(demo.complaints).toEqual([]);
  expect(demo.logs()).not.toMatch(/nxs_/);
});
