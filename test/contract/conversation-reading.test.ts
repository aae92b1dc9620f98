import { CreateTableCommand, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { conversationLookupInDynamoDb } from '../../lambdas/inbox/conversation-lookup.dynamodb.ts';
import { jobsInDynamoDb } from '../../lambdas/inbox/jobs.dynamodb.ts';
import type { Jobs } from '../../lambdas/inbox/jobs.port.ts';
import { peopleInDynamoDb } from '../../lambdas/inbox/people.dynamodb.ts';
import { type RepublishJob, republishJobs } from '../../lambdas/inbox/republish-job.schema.ts';
import { storedEventsInDynamoDb } from '../../lambdas/inbox/stored-events.dynamodb.ts';
import type { ItemPlace, StoredEvents } from '../../lambdas/inbox/stored-events.port.ts';
import { aliasesInDynamoDb } from '../../lambdas/ingest/alias.dynamodb.ts';
import { ledgerInDynamoDb } from '../../lambdas/ingest/ledger.dynamodb.ts';
import type { Ledger } from '../../lambdas/ingest/ledger.port.ts';
import { sendFactsInDynamoDb } from '../../lambdas/ingest/send-facts.dynamodb.ts';
import { messagesInDynamoDb } from '../../lambdas/send/messages.dynamodb.ts';
import { aliasKey, formerAliasKey } from '../../shared/conversations/alias-key.ts';
import { looseShards } from '../../shared/events/conversation-place.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import {
  eventAttribute,
  eventIdOf,
  eventKey,
  messageKey,
  type StatusEntry,
  storedEvent,
} from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { MemoryRepublishJobs } from '../fakes/memory-republish-jobs.ts';
import { memoryStoredEvents } from '../fakes/memory-stored-events.ts';
import { MemoryTable } from '../fakes/memory-table.ts';
import { type Engines, startEngines } from './engines.ts';

/** What is read, and what writes what is read. */
interface ReadingPorts {
  events: StoredEvents;
  jobs: Jobs<RepublishJob>;
  /** Writes at a time of its own. */
  ledgerAt(time: string): Ledger;
}

const tableName = 'Reading';
const number = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };

let engines: Engines;

beforeAll(async () => {
  engines = await startEngines();
  const keys = (partition: string, order: string) => [
    { AttributeName: partition, KeyType: 'HASH' as const },
    { AttributeName: order, KeyType: 'RANGE' as const },
  ];
  const index = (IndexName: string, partition: string, order: string) => ({
    ...{ IndexName, KeySchema: keys(partition, order) },
    Projection: { ProjectionType: 'KEYS_ONLY' as const },
  });
  await engines.dynamoDb.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: keys('pk', 'sk'),
      AttributeDefinitions: [
        ...['pk', 'sk', 'conversationId', 'orderKey', 'listing', 'listingOrder'],
      ].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
      GlobalSecondaryIndexes: [
        index('Conversation', 'conversationId', 'orderKey'),
        index('Listing', 'listing', 'listingOrder'),
      ],
    }),
  );
});

afterAll(() => engines.stop());

function inMemory(): ReadingPorts {
  const table = new MemoryTable([]);
  return {
    events: memoryStoredEvents(() => table.stream),
    jobs: new MemoryRepublishJobs(),
    ledgerAt: () => table,
  };
}

function inDynamoDb(): ReadingPorts {
  const { dynamoDb: client } = engines;
  return {
    events: storedEventsInDynamoDb(client, { tableName, conversationIndex: 'Conversation' }),
    jobs: jobsInDynamoDb(
      client,
      { tableName, reader: tableReader(client, tableName) },
      republishJobs,
    ),
    ledgerAt: (time) =>
      ledgerInDynamoDb(client, {
        tableName,
        retentionDays: async () => 30,
        now: () => new Date(time),
      }),
  };
}

let tests = 0;

/** Of each test its own: the table is one. */
let conversationId: string;
let organizationId: string;

beforeEach(() => {
  tests++;
  conversationId = `conversation-${tests}`;
  organizationId = `north-${tests}`;
});

function received(id: string, at: string): { key: string; event: InboxEvent } {
  const key = messageKey('2001', organizationId, id);
  const event: InboxEvent = {
    ...{ schemaVersion: 1, eventId: eventIdOf(key, eventAttribute), type: 'message.received' },
    ...{ occurredAt: at, receivedAt: at, orderKey: orderKeyOf(at, at, 0) },
    ...{ ...number, organizationId, conversationId, contact: { waId: '966500000001' } },
    message: { id, type: 'text', text: { body: 'hello' } },
    window: { expiresAt: at },
  };
  return { key, event };
}

/** What is said of a number is in no conversation. */
function account(at: string): { key: string; event: InboxEvent } {
  const key = eventKey(organizationId, at);
  const event: InboxEvent = {
    ...{ schemaVersion: 1, eventId: eventIdOf(key, eventAttribute), type: 'number.updated' },
    ...{ occurredAt: at, receivedAt: at, orderKey: orderKeyOf(at, at, 0) },
    ...{ ...number, organizationId, field: 'phone_number_name_update', number: {} },
  };
  return { key, event };
}

function status(word: string, at: string): StatusEntry {
  return {
    status: word,
    occurredAt: at,
    receivedAt: at,
    orderKey: orderKeyOf(at, at, 0),
  };
}

const day = '2026-11-22';
const at = (minute: number, date = day) => `${date}T10:${String(minute).padStart(2, '0')}:00.000Z`;

describe.each<[string, () => ReadingPorts]>([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
])('what is stored, %s', (_where, open) => {
  let ports: ReadingPorts;
  beforeEach(() => {
    ports = open();
  });

  async function store(...messages: ReturnType<typeof received>[]): Promise<void> {
    for (const message of messages) {
      expect(await ports.ledgerAt(message.event.receivedAt).storeEvent(message)).toBe('stored');
    }
  }

  async function readAll(newestFirst: boolean, limit: number): Promise<string[]> {
    const found: string[] = [];
    let after: ItemPlace | undefined;
    do {
      const page = await ports.events.ofConversation(conversationId, { after, limit, newestFirst });
      expect(page.items.length).toBeLessThanOrEqual(limit);
      found.push(...page.items.map(({ image }) => image['pk'] ?? ''));
      after = page.next;
    } while (after);
    return found;
  }

  async function looseOn(date: string): Promise<unknown[]> {
    const shards = Array.from({ length: looseShards }, async (_, shard) => {
      const day = { organizationId, day: date, shard };
      const { items } = await ports.events.ofLooseDay(day, { limit: 50 });
      return items.map(({ image }) => storedEvent(image, eventAttribute));
    });
    return (await Promise.all(shards)).flat();
  }

  it('is read by conversation, in order and in pages', async () => {
    const [first, second, third] = [
      received('wamid.1', at(1)),
      received('wamid.2', at(2)),
      received('wamid.3', at(3)),
    ];
    await store(second, third, first);
    const others = conversationId;
    conversationId = `${others}-other`;
    await store(received('wamid.4', at(2)));
    conversationId = others;
    const keys = [first.key, second.key, third.key];
    for (const limit of [1, 2, 3, 10]) {
      expect(await readAll(false, limit)).toEqual(keys);
      expect(await readAll(true, limit)).toEqual(keys.toReversed());
    }
  });

  it('misses nothing that has the same place in the order', async () => {
    const messages = Array.from({ length: 7 }, (_, index) => received(`wamid.${index}`, at(1)));
    await store(...messages);
    const keys = messages.map(({ key }) => key).sort();
    for (const limit of [1, 2, 3]) {
      expect((await readAll(true, limit)).sort()).toEqual(keys);
    }
  });

  it('has all that an item says, and the owner', async () => {
    const message = received('wamid.1', at(1));
    await store(message);
    const { items } = await ports.events.ofConversation(conversationId, {
      ...{ limit: 5, newestFirst: true },
    });
    expect(items).toMatchObject([
      {
        place: { pk: message.key, order: message.event.orderKey },
        image: { pk: message.key, organizationId },
      },
    ]);
    expect(items.map(({ image }) => storedEvent(image, eventAttribute))).toEqual([message.event]);
  });

  it('is found with its conversation where a status is all that is known', async () => {
    const key = messageKey('2001', organizationId, 'wamid.out');
    const subject = { ...number, organizationId, conversationId, messageId: 'wamid.out' };
    await ports.ledgerAt(at(1)).mergeStatus({ key, subject, entry: status('sent', at(1)) });
    expect(await readAll(true, 10)).toEqual([key]);
  });

  it('is found by the day on which it came where it has no conversation', async () => {
    const [one, next] = [account(at(1)), account(at(1, '2026-11-23'))];
    await store(one, next, received('wamid.1', at(1)));
    expect(await looseOn(day)).toEqual([one.event]);
    expect(await looseOn('2026-11-23')).toEqual([next.event]);
    organizationId = `${organizationId}-south`;
    expect(await looseOn(day)).toEqual([]);
  });

  it('keeps a job as it was written last, and lets one of two writers go on', async () => {
    const job: RepublishJob = {
      ...{ republishId: 'one', organizationId, range: { by: 'conversation', conversationId } },
      ...{ status: 'queued', published: 0, skipped: 0, createdAt: at(1), updatedAt: at(1) },
    };
    expect(await ports.jobs.find(organizationId, 'one')).toBeUndefined();
    await ports.jobs.create(job);
    expect(await ports.jobs.find(`${organizationId}-south`, 'one')).toBeUndefined();
    const stored = await ports.jobs.find(organizationId, 'one');
    expect(stored).toMatchObject({ job });
    if (!stored) return;
    const next: RepublishJob = {
      ...{ ...job, status: 'running', published: 7 },
      cursor: { conversations: { open: [], last: 'one', after: '' } },
    };
    const replaced = await ports.jobs.replace(stored, next);
    expect(replaced?.job).toEqual(next);
    expect(await ports.jobs.replace(stored, { ...job, published: 9 })).toBeUndefined();
    expect((await ports.jobs.find(organizationId, 'one'))?.job).toEqual(next);
  });
});

describe('in DynamoDB alone', () => {
  it('a message that was sent to somebody new joins the conversation that its status names', async () => {
    const { events, ledgerAt } = inDynamoDb();
    const { dynamoDb: client } = engines;
    const messageId = `wamid.sent-${tests}`;
    const messages = messagesInDynamoDb(client, {
      ...{ tableName, reader: tableReader(client, tableName), retentionDays: async () => 30 },
      now: () => new Date(at(1)),
    });
    await messages.recordSent({
      ...{ ...number, organizationId, messageId, sendId: 'a send', acceptedAt: at(1) },
      message: { type: 'text', text: { body: 'hello' } },
    });
    const request = { limit: 5, newestFirst: true };
    expect((await events.ofConversation(conversationId, request)).items).toEqual([]);
    const subject = { ...number, organizationId, conversationId, messageId };
    const key = messageKey('2001', messageId);
    await ledgerAt(at(2)).mergeStatus({ key, subject, entry: status('sent', at(2)) });
    const { items } = await events.ofConversation(conversationId, request);
    expect(items.map(({ place }) => place.pk)).toEqual([key]);
  });

  it('a status moves nothing in the index', async () => {
    const { ledgerAt } = inDynamoDb();
    const message = received('wamid.1', at(1));
    await ledgerAt(at(1)).storeEvent(message);
    const read = async () => {
      const { Items } = await engines.dynamoDb.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :pk',
          ProjectionExpression: 'conversationId, orderKey, listing, listingOrder',
          ExpressionAttributeValues: { ':pk': { S: message.key } },
        }),
      );
      return Items;
    };
    const before = await read();
    const subject = { ...number, organizationId, conversationId, messageId: 'wamid.1' };
    await ledgerAt(at(7, '2026-11-24')).mergeStatus({
      ...{ key: message.key, subject },
      entry: status('read', at(7, '2026-11-24')),
    });
    expect(await read()).toEqual(before);
  });

  it('a message joins its conversation where its status did not know it', async () => {
    const { events, ledgerAt } = inDynamoDb();
    const message = received('wamid.1', at(1));
    const subject = { ...number, organizationId, messageId: 'wamid.1' };
    const entry = status('read', at(2));
    await ledgerAt(at(2)).mergeStatus({ key: message.key, subject, entry });
    await ledgerAt(at(3)).storeEvent(message);
    const { items } = await events.ofConversation(conversationId, { limit: 5, newestFirst: true });
    expect(items.map(({ image }) => storedEvent(image, eventAttribute))).toEqual([message.event]);
  });

  it('conversations are listed with their organisation, also one whose alias leads elsewhere now', async () => {
    const { dynamoDb: client } = engines;
    const aliases = aliasesInDynamoDb(client, tableName);
    const people = peopleInDynamoDb(client, { tableName, listingIndex: 'Listing' });
    const [first, second, third] = ['a', 'b', 'c'];
    const learnt = { key: aliasKey(organizationId, '2001', 'phone', '1'), learntAt: at(1) };
    const was = { ...learnt, conversationId: first };
    await aliases.write([{ organizationId, alias: was, replaces: undefined }]);
    const bySecond = { ...learnt, key: `${learnt.key}2`, conversationId: second };
    await aliases.write([
      { organizationId, alias: { ...was, conversationId: third }, replaces: was },
      { organizationId, alias: bySecond, replaces: undefined },
    ]);
    const names: string[] = [];
    let after: string | undefined;
    do {
      const page = await people.conversationsOf(organizationId, { after, limit: 1 });
      names.push(...page.names);
      after = page.next;
    } while (after !== undefined);
    expect(names.sort()).toEqual([first, second, third]);
    expect(await people.aliasesOf(organizationId, third)).toEqual([learnt.key]);
    expect(await people.aliasesOf(organizationId, first)).toEqual([formerAliasKey(first)]);
    const south = await people.conversationsOf(`${organizationId}-south`, {
      ...{ after: undefined, limit: 10 },
    });
    expect(south.names).toEqual([]);
  });

  it('connections and refused tokens are found with their organisation', async () => {
    const { events } = inDynamoDb();
    const { dynamoDb: client } = engines;
    const put = (sk: string) =>
      client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: { pk: { S: `ORG#${organizationId}` }, sk: { S: sk }, 'told:1': { S: sk } },
        }),
      );
    await Promise.all(['CONNECTION#1', 'CREDENTIAL#1', 'SETTINGS', 'PIN#1'].map(put));
    const told = await events.ofOrganization(organizationId);
    expect(told.map((image) => image['told:1']).sort()).toEqual(['CONNECTION#1', 'CREDENTIAL#1']);
  });

  it('a conversation is found by phone, by BSUID and by its id', async () => {
    const { dynamoDb: client } = engines;
    const reader = tableReader(client, tableName);
    const lookup = conversationLookupInDynamoDb(reader);
    const learnt = { conversationId, learntAt: at(1), name: 'Omar', username: 'omar' };
    const userId = 'SA.1000';
    const keys = { phone: '966500000001', user: userId };
    await aliasesInDynamoDb(client, tableName).write([
      {
        organizationId,
        alias: { key: aliasKey(organizationId, '2001', 'phone', keys.phone), userId, ...learnt },
        replaces: undefined,
      },
      {
        organizationId,
        alias: { key: aliasKey(organizationId, '2001', 'user', keys.user), ...learnt },
        replaces: undefined,
      },
    ]);
    const facts = sendFactsInDynamoDb(client, {
      ...{ tableName, reader, now: () => new Date(at(1)) },
    });
    const numbered = { conversationId, organizationId, phoneNumberId: '2001' };
    await facts.openWindow(numbered, at(1, '2026-11-23'));
    await facts.recordMarketing(numbered, { value: 'stop', at: at(2) });

    const known = {
      ...numbered,
      windowUpTo: '2026-11-23T11:01:00.000Z',
      marketing: { value: 'stop', at: at(2) },
    };
    expect(await lookup.find(organizationId, { conversationId })).toEqual(known);
    const byPhone = { phoneNumberId: '2001', phone: keys.phone };
    expect(await lookup.find(organizationId, byPhone)).toMatchObject({
      ...{ ...known, profile: { name: 'Omar', username: 'omar', userId } },
    });
    const byUser = { phoneNumberId: '2001', userId };
    expect(await lookup.find(organizationId, byUser)).toMatchObject(known);
    expect(await lookup.find(`${organizationId}-south`, byPhone)).toBeUndefined();
    expect(await lookup.find(organizationId, { ...byPhone, phoneNumberId: '2009' })).toBe(
      undefined,
    );
  });
});
