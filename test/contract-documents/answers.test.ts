import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { eventsDocument } from '../../contract/events.ts';
import { openApiDocument, problemsByStatus } from '../../contract/openapi.ts';
import { contractRoutes } from '../../contract/routes.ts';
import { signedRequest } from '../../local/meta/graph/onboarding/signed-request.ts';
import { ConnectWorld, page } from '../connect/connect-world.ts';
import { app } from '../connect/meta-in-process.ts';
import { bootDemo, type DemoStack } from '../e2e/demo-stack.ts';
import { validatorsOf } from './published.ts';

/** A request, and what came of it. */
interface Exchange {
  status: number;
  body: unknown;
}

/** Makes requests, to a booted stack or to functions in this process. */
type Call = (
  method: string,
  path: string,
  given?: { body?: object; query?: Record<string, string>; form?: Record<string, string> },
) => Promise<Exchange>;

const problemsIn = validatorsOf(openApiDocument('0.0.0', 'exact'));
const problemsInEvent = validatorsOf(eventsDocument('exact'));
const good = new Set<string>();
const bad = new Set<string>();

/** Holds an answer against the contract, and notes which of its answers has been seen. */
async function hold(
  call: Call,
  request: string,
  given: { body?: object; query?: Record<string, string>; form?: Record<string, string> },
): Promise<Exchange> {
  const [method = '', path = ''] = request.split(' ');
  const route = contractRoutes.find((one) => one.method === method && one.path === path);
  const { status, body } = await call(method, path, given);
  const answer = route?.answers[status];
  const codes = route && problemsByStatus(route).get(status);
  const schema = answer?.schema ?? (codes && 'Problem');
  expect({ request, status, body, isPromised: schema !== undefined }).toMatchObject({
    isPromised: true,
  });
  expect(problemsIn(`#/components/schemas/${schema}`, body)).toEqual([]);
  if (codes && !answer) {
    expect(codes).toContain(z.object({ code: z.string() }).parse(body).code);
  }
  (answer ? good : bad).add(request);
  return { status, body };
}

let demo: DemoStack;
let overHttp: Call;

beforeAll(async () => {
  demo = await bootDemo();
  overHttp = async (method, path, { body, query, form } = {}) => {
    const url = new URL(path, demo.url);
    url.search = new URLSearchParams(query).toString();
    const answer = await fetch(url, {
      method,
      redirect: 'manual',
      headers: {
        ...(body && { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() }),
      },
      ...(body && { body: JSON.stringify(body) }),
      ...(form && { body: new URLSearchParams(form) }),
    });
    return { status: answer.status, body: await answer.json() };
  };
}, 60_000);

afterAll(() => demo.stop(), 30_000);

describe('the booted stack answers as the contract says', () => {
  const to = '+966500000001';
  const text = { type: 'text', to, text: { body: 'Your order is ready.' } };
  const own = () => ({
    organizationId: demo.info.organizationId,
    phoneNumberId: demo.info.phoneNumberId,
  });
  const organization = () => ({ organizationId: demo.info.organizationId });

  it('to sends', async () => {
    for (const path of ['/whatsapp-send-message', '/wa-send']) {
      const sent = await hold(overHttp, `POST ${path}`, { body: { ...own(), message: text } });
      expect(sent.status).toBe(200);
      await hold(overHttp, `POST ${path}`, { body: { ...own(), message: { type: 'fax' } } });
    }
    const queued = { ...own(), message: text, delivery: 'queued', clientReference: 'ticket-7' };
    expect(await hold(overHttp, 'POST /whatsapp-send-message', { body: queued })).toMatchObject({
      status: 202,
    });
    const parameters = ['Sara', 'A-1042'].map((one) => ({ type: 'text', text: one }));
    for (const count of [2, 1]) {
      const components = [{ type: 'body', parameters: parameters.slice(0, count) }];
      const template = { name: 'order_ready', language: { code: 'en' }, components };
      const body = { ...own(), message: { type: 'template', to, template } };
      await hold(overHttp, 'POST /whatsapp-send-template', { body });
    }
  });

  it('to reactions, reading and statuses', async () => {
    const received = await simulated({ type: 'text', text: { body: 'Is anybody there?' } });
    for (const message_id of [received, '']) {
      const message = { type: 'reaction', to, reaction: { message_id, emoji: '👍' } };
      await hold(overHttp, 'POST /whatsapp-send-reaction', { body: { ...own(), message } });
      const body = { ...own(), messageId: message_id, typing: true };
      await hold(overHttp, 'POST /whatsapp-reply-status', { body });
    }
    const { body } = await hold(overHttp, 'POST /whatsapp-send-message', {
      body: { ...own(), message: text, clientReference: 'ticket-8' },
    });
    const { sendId } = z.object({ sendId: z.string() }).parse(body);
    await demo.inbox(1, (event) => event.type === 'message.status' && event.sendId === sendId);
    const query = { ...organization(), clientReference: 'ticket-8' };
    await hold(overHttp, 'GET /whatsapp-reply-status', { query });
    await hold(overHttp, 'GET /whatsapp-reply-status', { query: { ...query, sendId } });
  });

  it('to questions for templates', async () => {
    const { wabaId, otherWabaId } = demo.info;
    for (const one of [wabaId, otherWabaId]) {
      const query = { ...organization(), wabaId: one };
      await hold(overHttp, 'GET /whatsapp-get-templates', { query });
      await hold(overHttp, 'GET /whatsapp-templates', { query: { ...query, limit: '2' } });
    }
  });

  it('to what concerns files', async () => {
    const received = await simulated({ type: 'audio' });
    await demo.inbox(1, (event) => event.type === 'media.stored' && event.messageId === received);
    for (const messageId of [received, 'wamid.of-nobody']) {
      const file = { ...own(), messageId };
      await hold(overHttp, 'GET /whatsapp-media', { query: file });
      await hold(overHttp, 'POST /whatsapp-media/retry', { body: file });
      const body = { ...file, languages: 'ar' };
      await hold(overHttp, 'POST /whatsapp-media/transcribe', { body });
    }
    for (const mimeType of ['image/jpeg', 'image/svg+xml']) {
      const body = { ...organization(), mimeType, sizeBytes: 1200 };
      await hold(overHttp, 'POST /whatsapp-media', { body });
    }
  });

  it('to questions for conversations, and for events again', async () => {
    const received = await simulated({ type: 'text', text: { body: 'Is my order ready?' } });
    const [event] = await demo.inbox(
      1,
      (one) => one.type === 'message.received' && one.message.id === received,
    );
    for (const conversationId of [event?.conversationId ?? '', 'of-nobody']) {
      const conversation = { ...organization(), conversationId };
      await hold(overHttp, 'GET /whatsapp-conversation', { query: conversation });
      await hold(overHttp, 'GET /whatsapp-messages', { query: conversation });
      const { body } = await hold(overHttp, 'POST /whatsapp-republish', { body: conversation });
      const { republishId = 'unknown' } = z
        .looseObject({ republishId: z.string().optional() })
        .parse(body);
      const query = { ...organization(), republishId };
      await hold(overHttp, 'GET /whatsapp-republish', { query });
    }
  });

  it('to erasures', async () => {
    const contact = { phone: '+966500000099' };
    for (const asked of [{ contact }, { all: true, confirm: organization().organizationId }, {}]) {
      const { body } = await hold(overHttp, 'POST /whatsapp-erasure', {
        body: { ...organization(), ...asked },
      });
      const { erasureId = 'unknown' } = z
        .looseObject({ erasureId: z.string().optional() })
        .parse(body);
      const query = { ...organization(), erasureId };
      await hold(overHttp, 'GET /whatsapp-erasure', { query });
    }
  });

  it('to tokens of the facade', async () => {
    for (const named of [{ name: 'campaigns' }, {}]) {
      const { body } = await hold(overHttp, 'POST /graph-tokens', {
        body: { ...organization(), ...named },
      });
      const { tokenId = 'unknown' } = z.looseObject({ tokenId: z.string().optional() }).parse(body);
      await hold(overHttp, 'DELETE /graph-tokens', { query: { ...organization(), tokenId } });
    }
    for (const query of [organization(), {}]) {
      await hold(overHttp, 'GET /graph-tokens', { query: { ...query } });
    }
  });

  it('to settings and health', async () => {
    for (const query of [organization(), {}]) {
      await hold(overHttp, 'GET /whatsapp-settings', { query: { ...query } });
      await hold(overHttp, 'PUT /whatsapp-settings', { body: query });
      await hold(overHttp, 'GET /whatsapp-health', { query: { ...query } });
    }
  });

  it('and tells of it by events as the contract says', async () => {
    const events = await demo.inbox(8, () => true);
    expect(events.flatMap((event) => problemsInEvent('', event))).toEqual([]);
  });

  async function simulated(message: object): Promise<string> {
    const sent = await demo.local('/_local/simulate', { from: to.slice(1), ...message });
    const [id = ''] = z.object({ messageIds: z.array(z.string()) }).parse(sent).messageIds;
    await demo.inbox(1, (event) => event.type === 'message.received' && event.message.id === id);
    return id;
  }
});

describe('connecting answers as the contract says', () => {
  const world = new ConnectWorld();
  const organizationId = 'north';
  const wabaId = '102290129340398';
  const inProcess: Call = async (method, path, given = {}) => {
    const named = z.enum(['GET', 'POST', 'DELETE']).parse(method);
    const answer = await world.request(named, path, given);
    return { status: answer?.statusCode ?? 0, body: answer?.json };
  };

  it('from the start to the end of a connection', async () => {
    const start = { organizationId, userId: 'agent-1', redirectUri: page };
    await hold(inProcess, 'POST /wa-es-start', { body: start });
    await hold(inProcess, 'POST /wa-es-start', { body: { ...start, redirectUri: 'elsewhere' } });

    const state = await world.start(organizationId);
    const { code } = world.meta.signUp({ wabaId });
    const callback = { organizationId, state, code, sessionInfo: { waba_id: wabaId } };
    await hold(inProcess, 'POST /wa-es-callback', { body: callback });
    await hold(inProcess, 'POST /wa-es-callback', { body: callback });

    for (const one of [wabaId, '404']) {
      const body = { organizationId, wabaId: one };
      await hold(inProcess, 'POST /wa-es-callback/resume', { body });
      await hold(inProcess, 'DELETE /save-whatsapp-credentials', { body });
    }
    const accessToken = 'EAAbyhand';
    world.meta.state.tokens.set(accessToken, { appId: app.appId, wabaIds: [wabaId] });
    for (const one of [accessToken, 'EAAforged']) {
      const body = { organizationId, wabaId, accessToken: one };
      await hold(inProcess, 'POST /save-whatsapp-credentials', { body });
    }
    for (const source of ['live', 'dead']) {
      const query = { organizationId, source };
      await hold(inProcess, 'GET /save-whatsapp-credentials', { query });
    }
  });

  it("to browsers and to Meta's callbacks", async () => {
    for (const state of [await world.start(organizationId, page), 'forged']) {
      await hold(inProcess, 'GET /wa-es-callback', { query: { state } });
    }
    const issuedAt = Math.floor(world.nowMs / 1000);
    const signed = signedRequest({ userId: '1234', issuedAt }, app.appSecret);
    for (const signed_request of [signed, 'forged']) {
      await hold(inProcess, 'POST /wa-deauthorize', { form: { signed_request } });
      await hold(inProcess, 'POST /wa-data-deletion', { form: { signed_request } });
    }
    const { body } = await inProcess('POST', '/wa-data-deletion', {
      form: { signed_request: signed },
    });
    const { confirmation_code } = z.object({ confirmation_code: z.string() }).parse(body);
    for (const code of [confirmation_code, 'unknown']) {
      await hold(inProcess, 'GET /wa-data-deletion', { query: { code } });
    }
  });
});

it.each(contractRoutes.map(({ method, path }) => `${method} ${path}`))(
  '%s was called well and badly',
  (request) => {
    expect({ good: good.has(request), bad: bad.has(request) }).toEqual({ good: true, bad: true });
  },
);
