import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { erasureDataInDynamoDb } from '../../lambdas/inbox/erasure-data.dynamodb.ts';
import { eventsOfChange } from '../../lambdas/inbox/events-of-change.ts';
import { aliasesInDynamoDb } from '../../lambdas/ingest/alias.dynamodb.ts';
import type { AliasTable } from '../../lambdas/ingest/alias.port.ts';
import { ledgerInDynamoDb } from '../../lambdas/ingest/ledger.dynamodb.ts';
import type { Ledger } from '../../lambdas/ingest/ledger.port.ts';
import { parkedInDynamoDb } from '../../lambdas/ingest/parked.dynamodb.ts';
import type { FoundChange, ParkedChanges } from '../../lambdas/ingest/parked.port.ts';
import { sendFactsInDynamoDb } from '../../lambdas/ingest/send-facts.dynamodb.ts';
import type { SendFacts } from '../../lambdas/ingest/send-facts.port.ts';
import { messagesInDynamoDb } from '../../lambdas/send/messages.dynamodb.ts';
import { conversationKey } from '../../shared/conversations/conversation-item.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import {
  eventAttribute,
  eventIdOf,
  messageKey,
  type SentMessage,
  type StatusEntry,
  type StatusSubject,
  storedEvent,
} from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import { mediaKey } from '../../shared/media/media-item.ts';
import { cachedRoutes } from '../../shared/routing/cached-routes.ts';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import type { ConnectedNumber, RouteTable } from '../../shared/routing/route.port.ts';
import { routeClaimsInDynamoDb } from '../../shared/routing/route-claims.dynamodb.ts';
import { routeItems } from '../../shared/routing/route-items.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { MemoryTable } from '../fakes/memory-table.ts';
import { type Engines, startEngines } from './engines.ts';

/** Everything that stands behind the table's ports, empty but for the routes. */
interface TablePorts {
  ledger: Ledger;
  parked: ParkedChanges;
  aliases: AliasTable;
  routes: RouteTable;
  sendFacts: SendFacts;
  /** Leaves of an item and of an alias what an erasure does. */
  erase(names: { item?: string; alias?: string; erasedAt: string }): Promise<void>;
  /** An item's attributes as text. */
  item(pk: string): Promise<Record<string, string | undefined>>;
  windowUpTo(conversationId: string): Promise<string | undefined>;
  marketing(conversationId: string): Promise<string | undefined>;
  mediaOwner(mediaId: string): Promise<string | undefined>;
}

const connected: readonly ConnectedNumber[] = [
  { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' },
  { organizationId: 'south', wabaId: '1002', phoneNumberId: '2002' },
  { organizationId: 'east', wabaId: '1001', phoneNumberId: '2003' },
];

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

function inMemory(): TablePorts {
  const table = new MemoryTable(connected);
  return {
    ledger: table,
    parked: table,
    aliases: table,
    routes: table,
    sendFacts: table,
    async erase({ item, alias, erasedAt }) {
      if (item !== undefined) table.eraseItem(item, erasedAt);
      if (alias !== undefined) table.eraseAlias(alias, erasedAt);
    },
    windowUpTo: async (id) => table.conversations.get(id)?.windowUpTo,
    marketing: async (id) => table.conversations.get(id)?.marketing,
    mediaOwner: async (id) => table.media.get(id)?.organizationId,
    item: async (pk) => table.stream.findLast(({ after }) => after['pk'] === pk)?.after ?? {},
  };
}

async function inDynamoDb(): Promise<TablePorts> {
  const { dynamoDb, tableName } = engines;
  for (const Item of connected.flatMap(routeItems)) {
    await dynamoDb.send(new PutItemCommand({ TableName: tableName, Item }));
  }
  async function item(pk: string): Promise<Record<string, string | undefined>> {
    const Key = { pk: { S: pk }, sk: { S: pk.slice(0, pk.indexOf('#')) } };
    const { Item = {} } = await dynamoDb.send(new GetItemCommand({ TableName: tableName, Key }));
    return Object.fromEntries(Object.entries(Item).map(([name, { S }]) => [name, S]));
  }
  const now = () => new Date();
  const reader = tableReader(dynamoDb, tableName);
  return {
    ledger: ledgerInDynamoDb(dynamoDb, { tableName, retentionDays: async () => 30, now }),
    parked: parkedInDynamoDb(dynamoDb, tableName),
    aliases: aliasesInDynamoDb(dynamoDb, tableName),
    routes: cachedRoutes(routesInDynamoDb(dynamoDb, tableName), Date.now),
    sendFacts: sendFactsInDynamoDb(dynamoDb, { tableName, reader, now }),
    async erase({ item: pk, alias, erasedAt }) {
      const data = erasureDataInDynamoDb(dynamoDb, { tableName, reader });
      if (pk !== undefined) await data.eraseItem(pk, erasedAt);
      if (alias !== undefined) await data.eraseAlias(alias, ['c1'], erasedAt);
    },
    item,
    windowUpTo: async (id) => (await item(conversationKey(id)))['windowUpTo'],
    marketing: async (id) => (await item(conversationKey(id)))['marketing'],
    mediaOwner: async (id) => (await item(mediaKey(id)))['organizationId'],
  };
}

let next = 0;
const uniqueKey = (kind: string) => `${kind}#contract-${next++}`;

const at = '2026-11-22T10:00:00.000Z';

function event(text: string): InboxEvent {
  return {
    schemaVersion: 1,
    eventId: 'id',
    type: 'message.received',
    occurredAt: at,
    receivedAt: at,
    orderKey: orderKeyOf(at, at, 0),
    organizationId: 'north',
    message: { id: 'wamid.1', text: { body: text } },
    window: { expiresAt: at },
  };
}

const subject: StatusSubject = {
  messageId: 'wamid.1',
  organizationId: 'north',
  phoneNumberId: '2001',
};

function entry(status: string, participant?: string): StatusEntry {
  return {
    status,
    occurredAt: at,
    receivedAt: at,
    orderKey: orderKeyOf(at, at, 0),
    ...(participant ? { participant: { waId: participant, phone: `+${participant}` } } : {}),
  };
}

describe.each([
  ['in memory', async () => inMemory()],
  ['in DynamoDB', inDynamoDb],
])('the ledger %s', (_where, open) => {
  it('stores an event once, and keeps what was first', async () => {
    const { ledger, item } = await open();
    const key = uniqueKey('MSG');
    expect(await ledger.storeEvent({ key, event: event('مرحبا\u0000') })).toBe('stored');
    expect(await ledger.storeEvent({ key, event: event('other') })).toBe('duplicate');
    const eventId = eventIdOf(key, eventAttribute);
    const stored = storedEvent(await item(key), eventAttribute);
    expect(stored).toEqual({ ...event('مرحبا\u0000'), eventId });
  });

  it('lets one of many win', async () => {
    const { ledger } = await open();
    const key = uniqueKey('MSG');
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        ledger.storeEvent({ key, event: event(String(index)) }),
      ),
    );
    expect(results.filter((result) => result === 'stored')).toHaveLength(1);
  });

  it('adds each status once, before and after its message', async () => {
    const { ledger, item } = await open();
    const key = uniqueKey('MSG');
    expect(await ledger.mergeStatus({ key, subject, entry: entry('read') })).toBe('stored');
    expect(await ledger.storeEvent({ key, event: event('late') })).toBe('stored');
    expect(await ledger.mergeStatus({ key, subject, entry: entry('sent') })).toBe('stored');
    expect(await ledger.mergeStatus({ key, subject, entry: entry('read') })).toBe('duplicate');
    const stored = Object.keys(await item(key)).filter((name) => /^(event|status)/.test(name));
    expect(stored.sort()).toEqual(['event', 'status:read', 'status:sent', 'statusOf']);
  });

  it('takes whatever is written of what was erased for a duplicate', async () => {
    const { ledger, erase } = await open();
    const [key, other] = [uniqueKey('MSG'), uniqueKey('MSG')];
    await ledger.storeEvent({ key, event: event('text') });
    await erase({ item: key, erasedAt: at });
    expect(await ledger.isErased(key)).toBe(true);
    expect(await ledger.isErased(other)).toBe(false);
    expect(await ledger.mergeStatus({ key, subject, entry: entry('read') })).toBe('duplicate');
    const both = [key, other].map((key) => ledger.storeEvent({ key, event: event('text') }));
    expect(await Promise.all(both)).toEqual(['duplicate', 'stored']);
    expect(await ledger.isErased(key)).toBe(true);
  });

  it('keeps the statuses of each participant', async () => {
    const { ledger } = await open();
    const key = uniqueKey('MSG');
    for (const participant of ['966500000001', '966500000002']) {
      const record = { key, subject, entry: entry('delivered', participant) };
      expect(await ledger.mergeStatus(record)).toBe('stored');
      expect(await ledger.mergeStatus(record)).toBe('duplicate');
    }
  });
});

describe.each([
  ['in memory', async () => inMemory()],
  ['in DynamoDB', inDynamoDb],
])('the aliases %s', (_where, open) => {
  const organizationId = 'north';
  const alias = (key: string, conversationId: string, userId?: string) => ({
    key,
    conversationId,
    learntAt: at,
    ...(userId ? { userId } : {}),
  });

  it('writes all or none, and reads what is there', async () => {
    const { aliases } = await open();
    const [one, two, three] = [uniqueKey('ALIAS'), uniqueKey('ALIAS'), uniqueKey('ALIAS')];
    const first = [one, two].map((key) => ({
      ...{ organizationId, alias: alias(key, 'c1'), replaces: undefined },
    }));
    expect(await aliases.write(first)).toBe(true);
    const clash = [two, three].map((key) => ({
      ...{ organizationId, alias: alias(key, 'c2'), replaces: undefined },
    }));
    expect(await aliases.write(clash)).toBe(false);
    const found = await aliases.read([one, two, three], { fresh: true });
    expect(found).toEqual(new Map([one, two].map((key) => [key, alias(key, 'c1')])));
  });

  it('remembers until when an alias was erased, also once it leads somewhere again', async () => {
    const { aliases, erase } = await open();
    const key = uniqueKey('ALIAS');
    const was = alias(key, 'c1');
    await aliases.write([{ organizationId, alias: was, replaces: undefined }]);
    await erase({ alias: key, erasedAt: at });
    const erased = { key, erasedAt: at };
    expect((await aliases.read([key], { fresh: true })).get(key)).toEqual(erased);
    const again = { ...alias(key, 'c2'), erasedAt: at };
    for (const replaces of [undefined, was, { key, erasedAt: '2026-11-22T09:00:00.000Z' }]) {
      expect(await aliases.write([{ organizationId, alias: again, replaces }])).toBe(false);
    }
    expect(await aliases.write([{ organizationId, alias: again, replaces: erased }])).toBe(true);
    expect((await aliases.read([key], { fresh: true })).get(key)).toEqual(again);
    expect(await aliases.write([{ organizationId, alias: again, replaces: erased }])).toBe(false);
  });

  it('replaces an alias only while it is what it was', async () => {
    const { aliases } = await open();
    const key = uniqueKey('ALIAS');
    const [was, is] = [alias(key, 'c1'), alias(key, 'c1', 'SA.1')];
    await aliases.write([{ organizationId, alias: was, replaces: undefined }]);
    expect(await aliases.write([{ organizationId, alias: is, replaces: was }])).toBe(true);
    expect(await aliases.write([{ organizationId, alias: alias(key, 'c2'), replaces: was }])).toBe(
      false,
    );
    expect(await aliases.write([{ organizationId, alias: alias(key, 'c2'), replaces: is }])).toBe(
      true,
    );
    expect((await aliases.read([key], { fresh: true })).get(key)).toEqual(alias(key, 'c2'));
  });
});

describe.each([
  ['in memory', async () => inMemory()],
  ['in DynamoDB', inDynamoDb],
])('what sends are checked against, %s', (_where, open) => {
  const conversation = () => ({
    conversationId: uniqueKey('conversation'),
    organizationId: 'north',
    phoneNumberId: '2001',
  });
  const hour = (of: number) => `2026-11-22T${String(of).padStart(2, '0')}:00:00.000Z`;

  it('knows a window for up to an hour longer than it is open, and never goes back', async () => {
    const { sendFacts, windowUpTo } = await open();
    const one = conversation();
    const steps: [ends: string, known: string][] = [
      [hour(10), hour(11)],
      [hour(9), hour(11)],
      [hour(11), hour(11)],
      ['2026-11-22T11:00:00.001Z', '2026-11-22T12:00:00.001Z'],
      [hour(10), '2026-11-22T12:00:00.001Z'],
    ];
    for (const [ends, known] of steps) {
      await sendFacts.openWindow(one, ends);
      expect(await windowUpTo(one.conversationId)).toBe(known);
    }
  });

  it('keeps each of many windows that are told at the same time, new ones and known ones', async () => {
    const { sendFacts, windowUpTo } = await open();
    const all = Array.from({ length: 60 }, conversation);
    const some = all.filter((_, index) => index % 2 === 0);
    const marketing = { value: 'stop', at: hour(1) };
    await Promise.all([
      ...some.map((each) => sendFacts.openWindow(each, hour(5))),
      ...all.slice(-2).map((each) => sendFacts.recordMarketing(each, marketing)),
    ]);
    await Promise.all(all.map((each) => sendFacts.openWindow(each, hour(10))));
    const known = await Promise.all(all.map(({ conversationId }) => windowUpTo(conversationId)));
    expect(new Set(known)).toEqual(new Set([hour(11)]));
  });

  it('ends with the latest of a conversation’s windows, whoever is faster', async () => {
    const { sendFacts, windowUpTo } = await open();
    const one = conversation();
    const hours = [10, 14, 8, 12, 14, 3];
    await Promise.all(hours.map((each) => sendFacts.openWindow(one, hour(each))));
    expect((await windowUpTo(one.conversationId)) ?? '').toMatch(/T1[45]:/);
  });

  it('keeps the last word on marketing messages, beside the window', async () => {
    const { sendFacts, marketing, windowUpTo } = await open();
    const one = conversation();
    await sendFacts.openWindow(one, hour(10));
    for (const [value, of, known] of [
      ['stop', 5, 'stop'],
      ['resume', 4, 'stop'],
      ['resume', 6, 'resume'],
      ['resume', 6, 'resume'],
    ] as const) {
      await sendFacts.recordMarketing(one, { value, at: hour(of) });
      expect(await marketing(one.conversationId)).toBe(known);
    }
    expect(await windowUpTo(one.conversationId)).toBe(hour(11));
  });

  it('knows whose a file is, and never gives it to somebody else', async () => {
    const { sendFacts, mediaOwner } = await open();
    const ids = Array.from({ length: 30 }, () => uniqueKey('media'));
    const claim = (organizationId: string) => (mediaId: string) =>
      sendFacts.claimMedia({ mediaId, organizationId, phoneNumberId: '2001' });
    await Promise.all([...ids, ...ids].map(claim('north')));
    await Promise.all(ids.map(claim('south')));
    expect(new Set(await Promise.all(ids.map(mediaOwner)))).toEqual(new Set(['north']));
    expect(await mediaOwner(uniqueKey('media'))).toBeUndefined();
  });
});

describe.each([
  ['in memory', async () => inMemory()],
  ['in DynamoDB', inDynamoDb],
])('the routes %s', (_where, open) => {
  it.each(['2001', '2002', '2003'])('find the owner of %s', async (phoneNumberId) => {
    const { routes } = await open();
    const owner = connected.find((each) => each.phoneNumberId === phoneNumberId);
    expect(await routes.byPhoneNumber(phoneNumberId, { fresh: false })).toEqual(owner);
  });

  it('find nobody where nobody is connected', async () => {
    const { routes } = await open();
    expect(await routes.byPhoneNumber('9999', { fresh: true })).toBeUndefined();
    expect(await routes.byWaba('9999', { fresh: true })).toEqual([]);
  });

  it('find every organisation of a WABA', async () => {
    const { routes } = await open();
    const owners = await routes.byWaba('1001', { fresh: true });
    expect(owners.map(({ organizationId }) => organizationId).sort()).toEqual(['east', 'north']);
  });
});

describe.each([
  ['in memory', async () => inMemory()],
  ['in DynamoDB', inDynamoDb],
])('the parked changes %s', (_where, open) => {
  async function everyPage(parked: ParkedChanges, owner: string): Promise<FoundChange[]> {
    const found: FoundChange[] = [];
    let from: string | undefined;
    do {
      const { changes, next } = await parked.page(owner, from);
      found.push(...changes);
      from = next;
    } while (from !== undefined);
    return found;
  }

  it('are found page by page, each once, also when pages are removed on the way', async () => {
    const { ledger, parked } = await open();
    const owner = uniqueKey('owner');
    const bodies = Array.from({ length: 120 }, (_, index) => JSON.stringify({ index }));
    await Promise.all([...bodies, ...bodies].map((body) => ledger.park({ owner, body })));
    const found = await everyPage(parked, owner);
    expect(found.map(({ body }) => body).sort()).toEqual(bodies.toSorted());
    let removed = 0;
    let from: string | undefined;
    do {
      const { changes, next } = await parked.page(owner, from);
      await Promise.all(changes.map((change) => parked.remove(change)));
      removed += changes.length;
      from = next;
    } while (from !== undefined);
    expect(removed).toBe(bodies.length);
    expect(await everyPage(parked, owner)).toEqual([]);
  });

  it('stay when they were parked again after they were found', async () => {
    const { ledger, parked } = await open();
    const change = { owner: uniqueKey('owner'), body: '{"a":1}' };
    await ledger.park(change);
    const { changes } = await parked.page(change.owner, undefined);
    await ledger.park(change);
    await Promise.all(changes.map((found) => parked.remove(found)));
    const [again, ...more] = await everyPage(parked, change.owner);
    expect(again).toMatchObject(change);
    expect(more).toEqual([]);
    await ledger.unpark(change);
    expect(await everyPage(parked, change.owner)).toEqual([]);
  });

  it('that are gone already are removed without complaint', async () => {
    const { parked } = await open();
    const gone = { owner: uniqueKey('owner'), body: '{}', token: 'none' };
    await expect(parked.remove(gone)).resolves.toBeUndefined();
  });

  it('have owners that a sweep finds, whatever Meta calls them', async () => {
    const { ledger, parked } = await open();
    const owners = ['', '2001', 'x'.repeat(1500), uniqueKey('owner')];
    for (const owner of [...owners, ...owners]) {
      await ledger.registerOwner(owner);
    }
    expect((await parked.owners()).sort()).toEqual(owners.toSorted());
  });
});

describe('what only the real table has', () => {
  it('does not route to a number that is disconnected', async () => {
    const { routes } = await inDynamoDb();
    const [item = {}] = routeItems({ organizationId: 'west', wabaId: '1', phoneNumberId: '2009' });
    await engines.dynamoDb.send(
      new PutItemCommand({
        TableName: engines.tableName,
        Item: { ...item, state: { S: 'DISCONNECTED' } },
      }),
    );
    expect(await routes.byPhoneNumber('2009', { fresh: true })).toBeUndefined();
  });

  describe('remembers who had something before:', () => {
    const north = () => ({
      ...{ organizationId: 'north', wabaId: uniqueKey('waba'), phoneNumberId: uniqueKey('number') },
    });
    const minute = (of: number) => new Date(Date.UTC(2026, 10, 22, 10, of));
    const clock = { minute: 0 };
    const open = () => {
      const { dynamoDb, tableName } = engines;
      const claims = routeClaimsInDynamoDb(dynamoDb, tableName, () => minute(clock.minute));
      const routes = routesInDynamoDb(dynamoDb, tableName);
      return { claims, routes };
    };

    it('a number that another organisation has released', async () => {
      const { claims, routes } = open();
      const one = north();
      const other = { ...one, organizationId: 'south' };
      const takenOverAt = async () =>
        (await routes.byPhoneNumber(one.phoneNumberId, { fresh: true }))?.takenOverAt;
      const take = async (number: ConnectedNumber, at: number) => {
        expect(await claims.claimNumber(number, minute(at))).toBe('claimed');
        await claims.activateNumber(number);
        return takenOverAt();
      };
      expect(await take(one, 0)).toBeUndefined();
      await claims.releaseNumber(one, minute(1));
      expect(await take(one, 1)).toBeUndefined();
      await claims.releaseNumber(one, minute(2));
      expect(await claims.claimNumber(other, minute(3))).toBe('cooling');
      expect(await take(other, 4)).toBe(minute(4).toISOString());
      expect(await claims.claimNumber(one, minute(5))).toBe('taken');
      await claims.releaseNumber(other, minute(6));
      expect(await take(other, 6)).toBe(minute(4).toISOString());
      await claims.releaseNumber(other, minute(7));
      expect(await take(one, 9)).toBe(minute(9).toISOString());
    });

    it('a number that two claim at once: one of them', async () => {
      const { claims } = open();
      const one = north();
      await claims.claimNumber(one, minute(0));
      await claims.releaseNumber(one, minute(1));
      const outcomes = await Promise.all(
        ['south', 'east', 'west'].map((organizationId) =>
          claims.claimNumber({ ...one, organizationId }, minute(3)),
        ),
      );
      expect(outcomes.sort()).toEqual(['claimed', 'taken', 'taken']);
    });

    it('an account that another organisation has used', async () => {
      const { claims, routes } = open();
      const one = north();
      const other = { ...one, organizationId: 'south' };
      const use = async (account: ConnectedNumber, at: number) => {
        clock.minute = at;
        await claims.claimAccount(account);
        await claims.activateAccount(account);
      };
      const takenOver = async () => {
        const found = await routes.byWaba(one.wabaId, { fresh: true });
        return Object.fromEntries(
          found.map((route) => [route.organizationId, route.takenOverAt?.slice(11, 16)]),
        );
      };
      await use(one, 1);
      await use(one, 2);
      expect(await takenOver()).toEqual({ north: undefined });
      await use(other, 3);
      expect(await takenOver()).toEqual({ north: undefined, south: '10:03' });
      await claims.releaseAccount(one, minute(4));
      expect(await takenOver()).toEqual({ south: '10:03' });
      await use(one, 5);
      expect(await takenOver()).toEqual({ north: '10:05', south: '10:03' });
    });
  });

  async function itemsOf(key: string) {
    const { Items = [] } = await engines.dynamoDb.send(
      new ScanCommand({ TableName: engines.tableName, ConsistentRead: true }),
    );
    return Items.filter(({ pk }) => pk?.S === key);
  }

  const daysLeft = (item: Record<string, AttributeValue> | undefined) =>
    Math.round((Number(item?.['expiresAt']?.N) - Date.now() / 1000) / 86_400);

  it('lets a parked change expire, and its owner after it', async () => {
    const { ledger } = await inDynamoDb();
    await ledger.registerOwner('2999');
    await ledger.park({ owner: '2999', body: '{"a":1}' });
    const [change] = await itemsOf('PARKED#2999');
    expect([change?.['body'], daysLeft(change)]).toEqual([{ S: '{"a":1}' }, 14]);
    const owners = await itemsOf('PARKED_OWNERS');
    expect(daysLeft(owners.find(({ owner }) => owner?.S === '2999'))).toBe(15);
  });

  it.each([
    ['before its first status', ['sent message', 'read', 'delivered']],
    ['after its first status', ['read', 'sent message', 'delivered']],
  ])('keeps a message that was sent beside its statuses, %s', async (_when, steps) => {
    const { ledger, item } = await inDynamoDb();
    const { dynamoDb, tableName } = engines;
    const reader = tableReader(dynamoDb, tableName);
    const config = { tableName, reader, retentionDays: async () => 30, now: () => new Date() };
    const messages = messagesInDynamoDb(dynamoDb, config);
    const messageId = uniqueKey('wamid');
    const sent: SentMessage = {
      ...{ messageId, sendId: 'the send', clientReference: 'order 17' },
      ...{ organizationId: 'north', wabaId: '1001', phoneNumberId: '2001', acceptedAt: at },
      message: { type: 'text', text: { body: 'hello' } },
    };
    const key = messageKey('2001', messageId);
    for (const step of [...steps, 'sent message']) {
      if (step === 'sent message') {
        await messages.recordSent(sent);
      } else {
        const record = { key, subject: { ...subject, messageId }, entry: entry(step) };
        expect(await ledger.mergeStatus(record)).toBe('stored');
        expect(await ledger.mergeStatus(record)).toBe('duplicate');
      }
    }
    const attributes = Object.entries(await item(key)).flatMap(([name, text]) =>
      text === undefined ? [] : [[name, text]],
    );
    const told = eventsOfChange(undefined, Object.fromEntries(attributes));
    expect(told.map(({ event }) => event)).toMatchObject(
      Array(2).fill({ messageId, sendId: 'the send', clientReference: 'order 17', status: 'read' }),
    );
  });

  it('keeps a conversation for ever, and whose a file is for longer than Meta knows its id', async () => {
    const { sendFacts } = await inDynamoDb();
    const number = { organizationId: 'north', phoneNumberId: '2001' };
    const conversationId = uniqueKey('conversation');
    await sendFacts.openWindow({ ...number, conversationId }, at);
    expect(await itemsOf(conversationKey(conversationId))).toEqual([
      {
        ...{ pk: { S: conversationKey(conversationId) }, sk: { S: 'CONV' } },
        ...{ organizationId: { S: 'north' }, phoneNumberId: { S: '2001' } },
        windowUpTo: { S: '2026-11-22T11:00:00.000Z' },
      },
    ]);
    const mediaId = uniqueKey('media');
    await sendFacts.claimMedia({ ...number, mediaId });
    const [media] = await itemsOf(mediaKey(mediaId));
    expect(daysLeft(media)).toBe(8);
  });

  it('notes when templates have changed, and keeps the last time', async () => {
    const { sendFacts } = await inDynamoDb();
    const changedAt = async () => (await itemsOf('TEMPLATE#1001'))[0]?.['changedAt']?.S ?? '';
    await sendFacts.noteTemplateChange('1001');
    const first = await changedAt();
    expect(Date.now() - Date.parse(first)).toBeLessThan(60_000);
    await sendFacts.noteTemplateChange('1001');
    expect((await changedAt()) >= first).toBe(true);
  });

  it('remembers the last test of the dashboard, for ever', async () => {
    const { ledger } = await inDynamoDb();
    await ledger.recordTestWebhook('2026-11-22T09:00:00.000Z');
    await ledger.recordTestWebhook(at);
    expect(await itemsOf('TEST_WEBHOOK')).toEqual([
      { pk: { S: 'TEST_WEBHOOK' }, sk: { S: 'LATEST' }, receivedAt: { S: at } },
    ]);
  });
});
