import { beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import {
  conversationAnswerSchema,
  messagesAnswerSchema,
} from '../../lambdas/inbox/reading-answers.schema.ts';
import { writtenCursor } from '../../lambdas/inbox/reading-request.schema.ts';
import { republishAnswerSchema } from '../../lambdas/inbox/republish-request.schema.ts';
import { eventKey, messageKey } from '../../shared/events/message-item.ts';
import { mediaAttribute, transcriptAttribute } from '../../shared/media/media-attributes.ts';
import { at, envelope, itemOf, omar, own, received, sent } from './items.ts';
import { ReadingWorld } from './reading-world.ts';

const { organizationId, conversationId, phoneNumberId } = own;
const asked = { organizationId, conversationId };

let world: ReadingWorld;
beforeEach(() => {
  world = new ReadingWorld();
});

async function page(query: Record<string, string> = {}) {
  const { status, body } = await world.messages({ ...asked, ...query });
  expect(status).toBe(200);
  return messagesAnswerSchema.parse(body);
}

async function conversation(query: Record<string, string>) {
  const { status, body } = await world.conversation({ organizationId, ...query });
  expect(status).toBe(200);
  return conversationAnswerSchema.parse(body);
}

describe('the messages of a conversation', () => {
  it('are those that were received, with what they said', async () => {
    world.items.push(received('wamid.1', 1), received('wamid.2', 2, { parsed: { city: 'x' } }));
    const { data, nextCursor } = await page();
    expect(nextCursor).toBeUndefined();
    expect(data).toEqual([
      expect.objectContaining({ messageId: 'wamid.2', parsed: { city: 'x' } }),
      {
        ...{ type: 'message.received', messageId: 'wamid.1', direction: 'inbound' },
        ...{ occurredAt: at(1), receivedAt: at(1), orderKey: expect.any(String) },
        ...{ phoneNumberId, contact: omar },
        message: { id: 'wamid.1', type: 'text', text: { body: 'text of wamid.1' } },
      },
    ]);
  });

  it('are those that were sent, with what became of them', async () => {
    world.items.push(
      sent('wamid.1', 1),
      sent('wamid.2', 2, [{ status: 'sent' }, { status: 'delivered' }, { status: 'read' }]),
      sent('wamid.3', 3, [
        { status: 'failed', error: { code: 131047, class: 'permanent', reason: 'window-closed' } },
      ]),
    );
    const { data } = await page();
    expect(data).toMatchObject([
      { messageId: 'wamid.3', status: 'failed', error: { code: 131047 } },
      {
        ...{ messageId: 'wamid.2', status: 'read', contact: omar },
        timestamps: { sent: at(3), delivered: at(4), read: at(5) },
      },
      {
        ...{ type: 'message.sent', messageId: 'wamid.1', direction: 'outbound' },
        ...{ status: 'accepted', sendId: 'send of wamid.1', clientReference: 'ticket-7' },
        message: { type: 'text', text: { body: 'answer' } },
      },
    ]);
  });

  const image = {
    message: { id: 'wamid.1', type: 'image', image: { id: '77' } },
    media: { state: 'pending', kind: 'image', mimeType: 'image/jpeg' },
  } as const;
  const link = `/whatsapp-media?${new URLSearchParams({ organizationId, phoneNumberId, messageId: 'wamid.1' })}`;

  it.each([
    ['on its way', undefined, { state: 'pending', kind: 'image', mimeType: 'image/jpeg' }],
    [
      'asked for again',
      { state: 'PENDING', revision: 1, at: at(5) },
      { state: 'pending', kind: 'image', mimeType: 'image/jpeg' },
    ],
    [
      'in store',
      {
        ...{ state: 'STORED', revision: 0, at: at(2), kind: 'image', key: 'media/north/1' },
        ...{ mimeType: 'image/png', sizeBytes: 5, sha256: 'abc' },
      },
      {
        ...{ state: 'stored', kind: 'image', mimeType: 'image/png' },
        ...{ sizeBytes: 5, sha256: 'abc', link },
      },
    ],
    [
      'not to be had',
      { state: 'FAILED', revision: 0, at: at(2), kind: 'image', reason: 'expired' },
      { state: 'failed', kind: 'image', reason: 'expired' },
    ],
  ])('have files: one that is %s', async (_how, record, media) => {
    const item = record === undefined ? {} : { [mediaAttribute]: JSON.stringify(record) };
    world.items.push(received('wamid.1', 1, { ...image, item }));
    expect((await page()).data).toMatchObject([{ media }]);
    expect(JSON.stringify(await page())).not.toContain('media/north/1');
  });

  const ready = (revision: number, text: string) => ({
    ...{ state: 'READY', revision, at: at(3), text, language: 'ar-SA', confidence: 0.9 },
    ...{ lowConfidence: false, durationMs: 4000, wordsKey: 'transcripts/1' },
  });
  const failed = (revision: number) => {
    return { state: 'FAILED', revision, at: at(3), reason: 'no-speech' };
  };

  it.each([
    ['the newest that is ready', [ready(0, 'old'), ready(2, 'new'), failed(3)], { text: 'new' }],
    ['why there is none', [failed(0), failed(1)], { state: 'failed', revision: 1 }],
  ])('have transcripts: %s', async (_what, transcripts, shown) => {
    const stored = transcripts.map((one) => [
      transcriptAttribute(one.revision),
      JSON.stringify(one),
    ]);
    world.items.push(received('wamid.1', 1, { item: Object.fromEntries(stored) }));
    const { data } = await page();
    expect(data).toMatchObject([{ transcript: shown }]);
    expect(JSON.stringify(data)).not.toContain('transcripts/1');
  });

  it('have reactions, edits and revocations beside them, and nothing else', async () => {
    const about = (id: string, minute: number) => ({ ...envelope(id, minute), messageId: id });
    const inbound = { direction: 'inbound' } as const;
    world.items.push(
      received('wamid.1', 1),
      itemOf(messageKey('2001', 'wamid.2'), {
        ...{ ...about('wamid.2', 2), type: 'message.reaction', ...inbound },
        ...{ targetMessageId: 'wamid.1', emoji: null },
      }),
      itemOf(messageKey('2001', 'wamid.3'), {
        ...{ ...about('wamid.3', 3), type: 'message.edited', ...inbound },
        ...{ originalMessageId: 'wamid.1', message: { type: 'text', text: { body: 'better' } } },
      }),
      itemOf(messageKey('2001', 'wamid.4'), {
        ...{ ...about('wamid.4', 4), type: 'message.revoked', ...inbound },
        originalMessageId: 'wamid.1',
      }),
      itemOf(eventKey('changed'), {
        ...{ ...envelope('changed', 5), type: 'contact.changed', reason: 'profile' },
      }),
    );
    expect((await page()).data).toMatchObject([
      { type: 'message.revoked', originalMessageId: 'wamid.1' },
      { type: 'message.edited', originalMessageId: 'wamid.1', message: { type: 'text' } },
      { type: 'message.reaction', targetMessageId: 'wamid.1', emoji: null },
      { type: 'message.received', messageId: 'wamid.1' },
    ]);
  });

  it('come in pages, each once, whatever lies between them', async () => {
    for (let minute = 0; minute < 40; minute++) {
      world.items.push(received(`wamid.${minute}`, minute));
      world.items.push(
        itemOf(eventKey(`changed-${minute}`), {
          ...{ ...envelope(`changed-${minute}`, minute) },
          ...{ type: 'contact.changed', reason: 'profile' },
        }),
      );
    }
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const { data, nextCursor } = await page({ limit: '7', ...(cursor && { cursor }) });
      expect(data.length).toBeLessThanOrEqual(7);
      found.push(...data.map(({ messageId }) => messageId));
      cursor = nextCursor;
    } while (cursor !== undefined);
    expect(found).toEqual(Array.from({ length: 40 }, (_, index) => `wamid.${39 - index}`));
  });

  it('fit into an answer', async () => {
    const text = 'x'.repeat(200 * 1024);
    for (let minute = 0; minute < 40; minute++) {
      const message = { id: `wamid.${minute}`, type: 'text', text: { body: text } };
      world.items.push(received(`wamid.${minute}`, minute, { message }));
    }
    const { data, nextCursor } = await page();
    expect(JSON.stringify(data).length).toBeLessThan(6_000_000);
    expect(data.length).toBeGreaterThan(5);
    const rest = await page({ cursor: nextCursor ?? '' });
    expect(data.length + rest.data.length).toBe(40);
  });

  it('are not hidden by one that cannot be read', async () => {
    world.items.push(received('wamid.1', 1));
    world.items.push({ ...sent('wamid.2', 2, [{ status: 'sent' }]), 'transcript:0': '{}' });
    world.items.push(received('wamid.3', 3, { item: { media: '{}', 'transcript:0': '{}' } }));
    const { data } = await page();
    expect(data.map(({ messageId }) => messageId)).toEqual(['wamid.2', 'wamid.1']);
    expect(world.reported).toHaveLength(1);
  });
});

describe('a conversation', () => {
  it('says whom it is with, what is known of the window, and what they want', async () => {
    world.conversations.set(conversationId, {
      ...{ conversationId, organizationId, phoneNumberId },
      windowUpTo: '2026-11-23T11:01:00.000Z',
      marketing: { value: 'stop', at: at(2) },
    });
    world.items.push(
      received('wamid.1', 1, { contact: { ...omar, name: 'Then', username: 'omar' } }),
      received('wamid.2', 2),
      sent('wamid.3', 3),
    );
    expect(await conversation({ conversationId })).toEqual({
      ...{ organizationId, conversationId, phoneNumberId },
      contact: { ...omar, username: 'omar' },
      window: { known: true, expiresAt: '2026-11-23T10:02:00.000Z' },
      marketing: { optedOut: true, at: at(2) },
    });
  });

  it.each([
    ['phone', { phone: '+966500000001' }],
    ['phone, as a query that was not encoded has it', { phone: ' 966500000001' }],
    ['BSUID', { userId: 'SA.1000' }],
  ])('is found by %s', async (_what, person) => {
    const profile = { userId: 'SA.1000', name: 'Omar' };
    for (const id of ['966500000001', 'SA.1000']) {
      world.aliases.set(`${organizationId} ${phoneNumberId} ${id}`, { conversationId, profile });
    }
    const found = await conversation({ phoneNumberId, ...person });
    expect(found).toMatchObject({
      conversationId,
      contact: { name: 'Omar', userId: 'SA.1000' },
      window: { known: false },
      marketing: { optedOut: false },
    });
    expect(found.window).toEqual({ known: false });
  });

  it('has a window that is not certain where something else may have opened it later', async () => {
    const windowUpTo = '2026-11-25T10:00:00.000Z';
    world.conversations.set(conversationId, {
      ...{ conversationId, organizationId, phoneNumberId, windowUpTo },
    });
    world.items.push(received('wamid.1', 1));
    const { window } = await conversation({ conversationId });
    expect(window).toEqual({ known: false, expiresAt: windowUpTo });
  });

  it('of a group says which, and takes no member for the contact', async () => {
    const message = { id: 'wamid.1', type: 'text', group_id: 'group-9' };
    world.items.push(received('wamid.1', 1, { message }));
    expect(await conversation({ conversationId })).toMatchObject({
      groupId: 'group-9',
      contact: {},
    });
  });
});

describe('what is not the organisation’s', () => {
  beforeEach(() => {
    world.items.push(received('wamid.1', 1));
    world.aliases.set(`${organizationId} ${phoneNumberId} 966500000001`, { conversationId });
  });

  const south = { organizationId: 'south' };
  const notFound = { status: 404, body: { code: 'not-found' } };

  it('is not found, with or without an item of the conversation', async () => {
    const everything = async () => [
      await world.conversation({ ...south, conversationId }),
      await world.conversation({ ...south, phoneNumberId, phone: '+966500000001' }),
      await world.messages({ ...south, conversationId }),
      await world.republish({ ...south, conversationId }),
    ];
    for (const answer of await everything()) expect(answer).toMatchObject(notFound);
    world.conversations.set(conversationId, { conversationId, organizationId, phoneNumberId });
    for (const answer of await everything()) expect(answer).toMatchObject(notFound);
    expect(world.queue.messages).toEqual([]);
  });

  it('is not found where nobody knows it', async () => {
    const unknown = { organizationId, conversationId: 'nobody' };
    expect(await world.conversation(unknown)).toMatchObject(notFound);
    expect(await world.messages(unknown)).toMatchObject(notFound);
    const stranger = { organizationId, phoneNumberId, phone: '+447700900000' };
    expect(await world.conversation(stranger)).toMatchObject(notFound);
  });

  it('is out of reach of a cursor', async () => {
    world.items.push(received('wamid.2', 2, { conversationId: 'conversation-2' }));
    const place = { pk: messageKey('2001', 'wamid.2'), order: at(2) };
    const forged = [
      'nonsense',
      writtenCursor({ conversationId: 'conversation-2', ...place }),
      Buffer.from(JSON.stringify({ ...place, conversationId, more: 1 })).toString('base64url'),
      writtenCursor({ conversationId, ...place, pk: 'ORG#north' }),
    ];
    for (const cursor of forged) {
      expect(await world.messages({ ...asked, cursor })).toMatchObject({
        ...{ status: 400, body: { code: 'invalid-request', problems: [{ path: 'cursor' }] } },
      });
    }
  });

  it('is out of reach of an item that has got into the wrong conversation', async () => {
    world.conversations.set(conversationId, { conversationId, organizationId, phoneNumberId });
    for (let minute = 2; minute < 40; minute++) world.items.push(received(`w.${minute}`, minute));
    const stray = received('wamid.stray', 0);
    world.items.push({ ...stray, organizationId: 'south' });
    const { data } = await page();
    expect(data.map(({ messageId }) => messageId)).not.toContain('wamid.stray');
  });
});

it.each<[string, Record<string, string>]>([
  ['conversationId', {}],
  ['conversationId', { conversationId, userId: 'SA.1' }],
  ['phoneNumberId', { phone: '+966500000001' }],
  ['phoneNumberId', { conversationId, phoneNumberId }],
  ['phone', { phoneNumberId, phone: 'me' }],
])('a conversation is asked for by one thing: %s is wrong', async (path, query) => {
  expect(await world.conversation({ organizationId, ...query })).toMatchObject({
    ...{ status: 400, body: { code: 'invalid-request', problems: [{ path }] } },
  });
});

describe('asking for events again', () => {
  const from = '2026-11-01T00:00:00Z';

  it('is accepted, queued and told of', async () => {
    const { status, body } = await world.republish({ organizationId, from });
    const answer = republishAnswerSchema.parse(body);
    expect(answer).toMatchObject({
      ...{ status: 'queued', organizationId, published: 0 },
      ...{ from: '2026-11-01T00:00:00.000Z', to: world.now.toISOString() },
    });
    expect(status).toBe(202);
    const { republishId } = answer;
    expect(world.queue.messages).toEqual([{ schemaVersion: 1, organizationId, republishId }]);
    const told = await world.progress({ organizationId, republishId });
    expect(told).toEqual({ status: 200, body });
    const other = await world.progress({ organizationId: 'south', republishId });
    expect(other).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it.each([
    ['from', {}],
    ['from', { from, conversationId }],
    ['to', { to: from, conversationId }],
    ['to', { from, to: '2026-10-31T00:00:00Z' }],
    ['to', { from, to: '2026-12-03T00:00:00Z' }],
    ['from', { from: 'yesterday' }],
  ])('is refused where %s is wrong: %j', async (path, wish) => {
    const { status, body } = await world.republish({ organizationId, ...wish });
    const problems = z.object({ problems: z.array(z.object({ path: z.string() })) }).parse(body);
    expect(status).toBe(400);
    expect(problems.problems.map((problem) => problem.path)).toContain(path);
  });
});
