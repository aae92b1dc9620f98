import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import {
  conversationAnswerSchema,
  messagesAnswerSchema,
} from '../../lambdas/inbox/reading-answers.schema.ts';
import { republishAnswerSchema } from '../../lambdas/inbox/republish-request.schema.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { bootDemo, type DemoStack } from './demo-stack.ts';

const simulatedSchema = z.object({ messageIds: z.tuple([z.string()]) });

const customer = '966500000021';

let demo: DemoStack;
let conversationId: string;
let sentId: string;
/** By what they are. */
const ids = new Map<string, string>();
const startedAt = new Date().toISOString();

function idOf(what: string): string {
  return ids.get(what) ?? '';
}

/** Lets the customer send something. */
async function receive(type: string, content?: unknown): Promise<void> {
  const body = { type, from: customer, ...(content === undefined ? {} : { [type]: content }) };
  const answer = await demo.local('/_local/simulate', body);
  ids.set(type, simulatedSchema.parse(answer).messageIds[0]);
}

function isAbout(messageId: string, ...types: InboxEvent['type'][]) {
  return (event: InboxEvent) =>
    types.includes(event.type) && JSON.stringify(event).includes(messageId);
}

/** All that has been told so far of the conversation; each as often as it was. */
const ofConversation = (event: InboxEvent) => event.conversationId === conversationId;

beforeAll(async () => {
  demo = await bootDemo();
  await receive('text', { body: 'is the shop open?' });
  await receive('image');
  await receive('voice', 'en');
  const { organizationId, phoneNumberId } = demo.info;
  await demo.inbox(1, isAbout(idOf('text'), 'message.received'));
  const sent = await demo.send('/whatsapp-send-message', {
    ...{ organizationId, phoneNumberId, clientReference: 'ticket-21' },
    message: { type: 'text', to: `+${customer}`, text: { body: 'from nine to five' } },
  });
  sentId = String(sent.body['messageId']);
  const [text] = await demo.inbox(1, isAbout(idOf('text'), 'message.received'));
  conversationId = text?.conversationId ?? '';
  await demo.inbox(3, isAbout(sentId, 'message.status'));
  await demo.inbox(1, isAbout(idOf('image'), 'media.stored'));
  await demo.inbox(1, isAbout(idOf('voice'), 'transcript.ready'));
}, 60_000);

afterAll(() => demo.stop(), 30_000);

function asked() {
  return { organizationId: demo.info.organizationId, conversationId };
}

async function messages(query: Record<string, string> = {}) {
  const { status, body } = await demo.get('/whatsapp-messages', { ...asked(), ...query });
  expect({ status, body }).toMatchObject({ status: 200 });
  return messagesAnswerSchema.parse(body);
}

describe('a conversation', () => {
  it('is read with what became of each message', async () => {
    const { data, nextCursor } = await messages();
    expect(nextCursor).toBeUndefined();
    const byId = new Map(data.map((entry) => [entry.messageId, entry]));
    expect([...byId.keys()].sort()).toEqual([...ids.values(), sentId].sort());
    expect(byId.get(idOf('text'))).toMatchObject({
      ...{ type: 'message.received', direction: 'inbound', contact: { waId: customer } },
      message: { text: { body: 'is the shop open?' } },
    });
    expect(byId.get(idOf('image'))).toMatchObject({ media: { state: 'stored', kind: 'image' } });
    expect(byId.get(idOf('voice'))).toMatchObject({
      media: { state: 'stored', kind: 'audio' },
      transcript: { state: 'ready', revision: 0, language: expect.stringMatching(/^en-/) },
    });
    expect(byId.get(sentId)).toMatchObject({
      ...{ type: 'message.sent', direction: 'outbound', clientReference: 'ticket-21' },
      ...{ status: 'read', timestamps: { read: expect.any(String) } },
      message: { text: { body: 'from nine to five' } },
    });
    const media = byId.get(idOf('image'))?.media;
    const link = await fetch(new URL(media?.state === 'stored' ? media.link : '', demo.url));
    expect(link.status).toBe(200);
  });

  it('is read in pages', async () => {
    const all = (await messages()).data.map(({ messageId }) => messageId);
    const first = await messages({ limit: '3' });
    const rest = await messages({ limit: '3', cursor: first.nextCursor ?? '' });
    expect([...first.data, ...rest.data].map(({ messageId }) => messageId)).toEqual(all);
    expect(rest.nextCursor).toBeUndefined();
  });

  it('is found by its id and by phone', async () => {
    const { organizationId, phoneNumberId } = demo.info;
    const phone = `+${customer}`;
    for (const query of [{ conversationId }, { phoneNumberId, phone }]) {
      const found = await demo.get('/whatsapp-conversation', { organizationId, ...query });
      expect(conversationAnswerSchema.parse(found.body)).toMatchObject({
        ...{ conversationId, phoneNumberId, contact: { phone, waId: customer } },
        ...{ window: { known: true }, marketing: { optedOut: false } },
      });
    }
  });

  it('is nobody else’s', async () => {
    const others = { ...asked(), organizationId: demo.info.otherOrganizationId };
    for (const path of ['/whatsapp-messages', '/whatsapp-conversation']) {
      expect(await demo.get(path, others)).toMatchObject({ status: 404 });
    }
    expect(await demo.send('/whatsapp-republish', others)).toMatchObject({ status: 404 });
    const forged = Buffer.from('{"pk":"ORG#north"}').toString('base64url');
    const answer = await demo.get('/whatsapp-messages', { ...asked(), cursor: forged });
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });
});

describe('events again', () => {
  async function republish(body: object) {
    const { organizationId } = asked();
    const answer = await demo.send('/whatsapp-republish', { organizationId, ...body });
    expect(answer).toMatchObject({ status: 202 });
    const { republishId } = republishAnswerSchema.parse(answer.body);
    return async () => {
      const told = await demo.get('/whatsapp-republish', { organizationId, republishId });
      return republishAnswerSchema.parse(told.body);
    };
  }

  /** How often each event of the conversation has been told, by its id, once so many have come. */
  async function timesTold(count: number): Promise<Map<string, number>> {
    const events = await demo.inbox(count, ofConversation);
    const times = Map.groupBy(events, ({ eventId }) => eventId);
    return new Map([...times].map(([eventId, told]) => [eventId, told.length]));
  }

  it.each([
    ['the conversation', () => ({ conversationId })],
    ['a time', () => ({ from: startedAt })],
  ])('are those of %s, under the same ids', async (_what, range) => {
    const before = await timesTold(0);
    const count = before.values().reduce((sum, times) => sum + times, 0);
    const progress = await republish(range());
    const after = await timesTold(count + before.size);
    expect(after).toEqual(new Map(before.entries().map(([id, times]) => [id, times + 1])));
    // Three messages, two files, a transcript, a send and its three statuses.
    expect(before.size).toBe(10);
    for (let tries = 0; tries < 50 && (await progress()).status !== 'done'; tries++) {
      await delay(50);
    }
    expect(await progress()).toMatchObject({ status: 'done', skipped: 0, ...range() });
  });
});

it('nothing was denied, and no log line has a text or a number', () => {
  expect(demo.complaints.filter((line) => line.includes('denied'))).toEqual([]);
  for (const secret of [customer, 'is the shop open', 'from nine']) {
    expect(demo.logs()).not.toContain(secret);
  }
});
