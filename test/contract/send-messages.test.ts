import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { aliasesInDynamoDb } from '../../lambdas/ingest/alias.dynamodb.ts';
import { conversationOf } from '../../lambdas/ingest/conversation.ts';
import { ledgerInDynamoDb } from '../../lambdas/ingest/ledger.dynamodb.ts';
import { sendFactsInDynamoDb } from '../../lambdas/ingest/send-facts.dynamodb.ts';
import { conversationsInDynamoDb } from '../../lambdas/send/conversations.dynamodb.ts';
import type { Conversations } from '../../lambdas/send/conversations.port.ts';
import { mediaOwnersInDynamoDb } from '../../lambdas/send/media-owner.dynamodb.ts';
import type { MediaOwner, MediaOwners } from '../../lambdas/send/media-owner.port.ts';
import type { Address } from '../../lambdas/send/message/address.ts';
import { messagesInDynamoDb } from '../../lambdas/send/messages.dynamodb.ts';
import type { MessageItem, Messages } from '../../lambdas/send/messages.port.ts';
import { windowSlackMs } from '../../shared/conversations/conversation-item.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import {
  messageKey,
  type SentMessage,
  type StatusEntry,
} from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { chosenRetention } from '../../shared/settings/retention.ts';
import { settingsSchema } from '../../shared/settings/settings.schema.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import {
  MemoryConversations,
  MemoryMediaOwners,
  MemoryMessages,
} from '../fakes/memory-messages.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';
import { type Engines, startEngines } from './engines.ts';

type BusinessNumber = Parameters<Conversations['find']>[0];

/** A message's item as the inbound side stores it. */
interface StoredItem extends Omit<MessageItem, 'event'> {
  event?: InboxEvent | undefined;
}

/** What the inbound side stores and the outbound side reads. */
interface MessagePorts {
  messages: Messages;
  conversations: Conversations;
  mediaOwners: MediaOwners;
  /** Stores as the inbound side does. */
  store(phoneNumberId: string, messageId: string, item: StoredItem): Promise<void>;
  /** The same. @returns the conversation's id */
  meet(
    number: BusinessNumber,
    address: Address,
    known?: { windowUpTo: string; marketing: string },
  ): Promise<string>;
  receiveMedia(mediaId: string, owner: MediaOwner): Promise<void>;
}

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

const at = '2026-11-22T10:00:00.000Z';
const now = () => new Date(at);

function inMemory(): MessagePorts {
  const messages = new MemoryMessages();
  const conversations = new MemoryConversations();
  const mediaOwners = new MemoryMediaOwners();
  return {
    messages,
    conversations,
    mediaOwners,
    store: async (phoneNumberId, messageId, { event, ...item }) =>
      messages.put(phoneNumberId, messageId, {
        ...item,
        ...(event ? { event: { occurredAt: event.occurredAt } } : {}),
      }),
    async meet(number, address, known) {
      conversations.put(number, address, { conversationId: 'conversation', ...known });
      return 'conversation';
    },
    receiveMedia: async (mediaId, owner) => mediaOwners.put(mediaId, owner),
  };
}

function inDynamoDb(): MessagePorts {
  const { dynamoDb, tableName } = engines;
  const reader = tableReader(dynamoDb, tableName);
  const inbound = ledgerInDynamoDb(dynamoDb, { tableName, retentionDays: async () => 30, now });
  const facts = sendFactsInDynamoDb(dynamoDb, { tableName, reader, now });
  return {
    messages: messagesInDynamoDb(dynamoDb, {
      tableName,
      reader,
      retentionDays: async () => 30,
      now,
    }),
    conversations: conversationsInDynamoDb(reader),
    mediaOwners: mediaOwnersInDynamoDb(reader),
    async store(phoneNumberId, messageId, { organizationId, event, statuses }) {
      const key = messageKey(phoneNumberId, messageId);
      const subject = { messageId, organizationId, phoneNumberId };
      for (const entry of statuses) {
        await inbound.mergeStatus({ key, subject, entry });
      }
      if (event) {
        await inbound.storeEvent({ key, event });
      }
    },
    async meet(number, address, known) {
      const correspondent = address.kind === 'phone' ? { phone: address.phone.slice(1) } : address;
      const aliases = aliasesInDynamoDb(dynamoDb, tableName);
      const found = await conversationOf({ ...number, ...correspondent }, at, aliases);
      const { conversationId = '' } = found ?? {};
      if (known) {
        const expiresAt = new Date(Date.parse(known.windowUpTo) - windowSlackMs).toISOString();
        await facts.openWindow({ conversationId, ...number }, expiresAt);
        await facts.recordMarketing({ conversationId, ...number }, { value: known.marketing, at });
      }
      return conversationId;
    },
    receiveMedia: (mediaId, owner) => facts.claimMedia({ mediaId, ...owner }),
  };
}

let next = 0;
const newId = (kind: string) => `${kind}.${next++}`;

const sent = (messageId: string): SentMessage => ({
  messageId,
  sendId: 'send-1',
  clientReference: 'order 7',
  organizationId: 'north',
  wabaId: '1001',
  phoneNumberId: '2001',
  conversationId: 'c1',
  waId: '5511987654321',
  acceptedAt: at,
  message: { type: 'text', text: { body: 'مرحبا 👋\u0000' } },
});

const status = (name: string, second: number, participant?: string): StatusEntry => {
  const occurredAt = `2026-11-22T10:00:0${second}.000Z`;
  return {
    status: name,
    occurredAt,
    receivedAt: occurredAt,
    orderKey: orderKeyOf(occurredAt, occurredAt, 0),
    ...(participant === undefined ? {} : { participant: { userId: participant } }),
  };
};

const received = (messageId: string): InboxEvent => ({
  schemaVersion: 1,
  eventId: 'id',
  type: 'message.received',
  occurredAt: at,
  receivedAt: at,
  orderKey: orderKeyOf(at, at, 0),
  organizationId: 'north',
  message: { id: messageId, text: { body: 'hello' } },
  window: { expiresAt: at },
});

describe.each([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
])('the messages %s', (_where, open) => {
  it('are not there before anything is known of them', async () => {
    expect(await open().messages.find('2001', newId('wamid'))).toBeUndefined();
  });

  it('are found as they were sent, by their own number, and stay as they were first', async () => {
    const { messages } = open();
    const message = sent(newId('wamid'));
    await messages.recordSent(message);
    await messages.recordSent({ ...message, sendId: 'send-2' });
    const item = { organizationId: 'north', sent: message, statuses: [] };
    expect(await messages.find('2001', message.messageId)).toEqual(item);
    expect(await messages.find('2002', message.messageId)).toBeUndefined();
  });

  it('keep the statuses that were faster, and get those that come later', async () => {
    const { messages, store } = open();
    const message = sent(newId('wamid'));
    const early = { organizationId: 'north', statuses: [status('delivered', 2)] };
    await store('2001', message.messageId, early);
    expect(await messages.find('2001', message.messageId)).toEqual(early);
    await messages.recordSent(message);
    const joined = { ...early, sent: message };
    expect(await messages.find('2001', message.messageId)).toEqual(joined);
    const all = [status('sent', 1), ...early.statuses, status('read', 3, 'SA.1')];
    await store('2001', message.messageId, { ...joined, statuses: all });
    const found = await messages.find('2001', message.messageId);
    const inAnyOrder = (statuses: readonly StatusEntry[] = []) => new Set(statuses);
    expect(inAnyOrder(found?.statuses)).toEqual(inAnyOrder(all));
    expect(found?.sent).toEqual(message);
  });

  it('that came in say when they were sent', async () => {
    const { messages, store } = open();
    const messageId = newId('wamid');
    const item = { organizationId: 'north', event: received(messageId), statuses: [] };
    await store('2001', messageId, item);
    const event = { occurredAt: item.event.occurredAt };
    expect(await messages.find('2001', messageId)).toEqual({ ...item, event });
  });
});

const number = { organizationId: 'north', phoneNumberId: '2001' };
const addresses: [string, () => Address][] = [
  ['phone number', () => ({ kind: 'phone', phone: `+9665000000${10 + next++}` })],
  ['BSUID', () => ({ kind: 'user', userId: newId('SA') })],
  ['group', () => ({ kind: 'group', groupId: newId('group') })],
];

describe.each([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
])('the conversations %s', (_where, open) => {
  it.each(addresses)('are found by %s, for one number of one organisation', async (_by, newOne) => {
    const { conversations, meet } = open();
    const address = newOne();
    expect(await conversations.find(number, address)).toBeUndefined();
    const known = { windowUpTo: at, marketing: 'stop' };
    const conversationId = await meet(number, address, known);
    expect(await conversations.find(number, address)).toEqual({ conversationId, ...known });
    const others = [
      { ...number, organizationId: 'south' },
      { ...number, phoneNumberId: '2002' },
    ];
    for (const other of others) {
      expect(await conversations.find(other, address)).toBeUndefined();
    }
  });

  it('of which nothing more is known have their id', async () => {
    const { conversations, meet } = open();
    const address = { kind: 'user', userId: newId('SA') } as const;
    const conversationId = await meet(number, address);
    expect(await conversations.find(number, address)).toEqual({ conversationId });
  });
});

describe.each([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
])('the owners of media %s', (_where, open) => {
  it('are the numbers that they came to', async () => {
    const { mediaOwners, receiveMedia } = open();
    const mediaId = newId('media');
    expect(await mediaOwners.ownerOf(mediaId)).toBeUndefined();
    await receiveMedia(mediaId, number);
    expect(await mediaOwners.ownerOf(mediaId)).toEqual(number);
    expect(await mediaOwners.ownerOf(newId('media'))).toBeUndefined();
  });
});

it('messages in DynamoDB, whoever is first to write one, are kept as long as their organisation has chosen', async () => {
  const { dynamoDb, tableName } = engines;
  const settings = new MemorySettings();
  await settings.write('short', settingsSchema.parse({ retention: { messageDays: 60 } }));
  const retentionDays = chosenRetention(settings, 730);
  const reader = tableReader(dynamoDb, tableName);
  const ledger = ledgerInDynamoDb(dynamoDb, { tableName, retentionDays, now });
  const messages = messagesInDynamoDb(dynamoDb, { tableName, reader, retentionDays, now });

  async function keptUntil(write: (messageId: string) => Promise<unknown>) {
    const messageId = newId('wamid');
    await write(messageId);
    const Key = { pk: { S: messageKey('2001', messageId) }, sk: { S: 'MSG' } };
    const { Item } = await dynamoDb.send(new GetItemCommand({ TableName: tableName, Key }));
    return new Date(Number(Item?.['expiresAt']?.N) * 1000).toISOString();
  }

  for (const [organizationId, until] of [
    ['short', '2027-01-21T10:00:00.000Z'],
    ['north', '2028-11-21T10:00:00.000Z'],
  ] as const) {
    const inbound = keptUntil((id) =>
      ledger.storeEvent({
        key: messageKey('2001', id),
        event: { ...received(id), organizationId },
      }),
    );
    const status = keptUntil((messageId) =>
      ledger.mergeStatus({
        key: messageKey('2001', messageId),
        subject: { messageId, organizationId, phoneNumberId: '2001' },
        entry: { status: 'sent', occurredAt: at, receivedAt: at, orderKey: orderKeyOf(at, at, 0) },
      }),
    );
    const own = keptUntil((id) => messages.recordSent({ ...sent(id), organizationId }));
    expect(await Promise.all([inbound, status, own])).toEqual([until, until, until]);
  }
});

it('a sent message in DynamoDB is kept as long as its retention, and sorts in its conversation', async () => {
  const message = sent(newId('wamid'));
  await inDynamoDb().messages.recordSent(message);
  const { Item } = await engines.dynamoDb.send(
    new GetItemCommand({
      TableName: engines.tableName,
      Key: { pk: { S: messageKey('2001', message.messageId) }, sk: { S: 'MSG' } },
    }),
  );
  expect(Item).toMatchObject({
    organizationId: { S: 'north' },
    conversationId: { S: 'c1' },
    orderKey: { S: orderKeyOf(at, at, 0) },
    expiresAt: { N: String(Date.parse('2026-12-22T10:00:00.000Z') / 1000) },
  });
});
