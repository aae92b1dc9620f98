import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mediaErrorsInDynamoDb } from '../../lambdas/media/media-errors.dynamodb.ts';
import type { MediaErrors } from '../../lambdas/media/media-errors.port.ts';
import { mediaFailed } from '../../lambdas/media/media-events.ts';
import { inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import { messageKey } from '../../shared/events/message-item.ts';
import { mediaLedgerInDynamoDb } from '../../shared/media/media-ledger.dynamodb.ts';
import type { MediaLedger, MessageEvent } from '../../shared/media/media-ledger.port.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { MemoryMediaErrors } from '../fakes/memory-media.ts';
import { MemoryMediaLedger } from '../fakes/memory-media-ledger.ts';
import { mediaJob, messageOf, receiver, sentAt } from '../media/media-fixtures.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

interface OpenLedger {
  ledger: MediaLedger;
  add(event: MessageEvent): Promise<void>;
  /** The ids of the events that were told of a message. */
  told(messageId: string): Promise<string[]>;
}

function inMemory(): OpenLedger {
  const ledger = new MemoryMediaLedger();
  return {
    ledger,
    add: async (event) => ledger.add(event),
    told: async () => ledger.told.map(({ eventId }) => eventId),
  };
}

async function put(attributes: Record<string, string>, messageId: string): Promise<void> {
  const item = { pk: messageKey(receiver.phoneNumberId, messageId), sk: 'MSG', ...attributes };
  await engines.dynamoDb.send(
    new PutItemCommand({
      TableName: engines.tableName,
      Item: Object.fromEntries(Object.entries(item).map(([name, S]) => [name, { S }])),
    }),
  );
}

async function itemOf(messageId: string) {
  const Key = { pk: { S: messageKey(receiver.phoneNumberId, messageId) }, sk: { S: 'MSG' } };
  const { tableName: TableName } = engines;
  return (await engines.dynamoDb.send(new GetItemCommand({ TableName, Key }))).Item;
}

function inDynamoDb(client = engines.dynamoDb): OpenLedger {
  const { tableName } = engines;
  return {
    ledger: mediaLedgerInDynamoDb(client, { tableName, reader: tableReader(client, tableName) }),
    add: (event) =>
      put(
        { [event.type === 'message.imported' ? 'imported' : 'event']: JSON.stringify(event) },
        event.message.id,
      ),
    async told(messageId) {
      const entries = Object.entries((await itemOf(messageId)) ?? {});
      return entries
        .filter(([name]) => name.startsWith('told:'))
        .map(([, { S = '' }]) => inboxEventSchema.parse(JSON.parse(S)).eventId);
    },
  };
}

let next = 0;
function newJob(revision = 0) {
  const messageId = `wamid.${next++}`;
  return mediaJob({ message: { ...receiver, conversationId: 'c', messageId }, revision });
}

function failure(job = newJob(), at = sentAt) {
  const { revision, kind } = job;
  const record = { state: 'FAILED', revision, at, kind, reason: 'expired' } as const;
  return { record, event: mediaFailed(job, record) };
}

describe.each([
  ['in memory', inMemory],
  ['in DynamoDB', inDynamoDb],
])('the files of messages %s', (_where, openLedger) => {
  const open = () => openLedger();

  it('are found by their message, on their way at first', async () => {
    const { ledger, add } = open();
    const job = newJob();
    const { phoneNumberId, messageId } = job.message;
    expect(await ledger.find(phoneNumberId, messageId)).toBeUndefined();
    await add(messageOf(job));
    const found = await ledger.find(phoneNumberId, messageId);
    expect(found).toMatchObject({ event: messageOf(job), version: 0 });
    expect(found?.record).toBeUndefined();
    expect(await ledger.find('another', messageId)).toBeUndefined();
  });

  it('change as they were read, and are found changed, with their event', async () => {
    const { ledger, add, told } = open();
    const job = newJob();
    const { phoneNumberId, messageId } = job.message;
    await add(messageOf(job));
    const first = await ledger.find(phoneNumberId, messageId);
    const { record, event } = failure(job);
    expect(first && (await ledger.replace(first, record, event))).toBe(true);
    const second = await ledger.find(phoneNumberId, messageId);
    expect(second).toMatchObject({ record, version: 1 });
    const late = failure(job, '2026-11-22T11:00:00.000Z');
    expect(first && (await ledger.replace(first, late.record, late.event))).toBe(false);
    const pending = { state: 'PENDING', revision: 1, at: sentAt } as const;
    expect(second && (await ledger.replace(second, pending))).toBe(true);
    expect(await ledger.find(phoneNumberId, messageId)).toMatchObject({ record: pending });
    expect(await told(messageId)).toEqual([event.eventId]);
  });

  it('tell of each revision on its own', async () => {
    const { ledger, add, told } = open();
    const job = newJob();
    const { phoneNumberId, messageId } = job.message;
    await add(messageOf(job));
    for (const revision of [0, 1]) {
      const stored = await ledger.find(phoneNumberId, messageId);
      const { record, event } = failure({ ...job, revision });
      expect(stored && (await ledger.replace(stored, record, event))).toBe(true);
    }
    expect(new Set(await told(messageId)).size).toBe(2);
  });

  it('change for one of many who have read the same', async () => {
    const { ledger, add } = open();
    const job = newJob();
    const { phoneNumberId, messageId } = job.message;
    await add(messageOf(job));
    const stored = await ledger.find(phoneNumberId, messageId);
    const replaced = await Promise.all(
      Array.from({ length: 20 }, async (_, second) => {
        const { record, event } = failure(job, new Date(second * 1000).toISOString());
        return stored && ledger.replace(stored, record, event);
      }),
    );
    expect(replaced.filter(Boolean)).toHaveLength(1);
  });
});

describe('in DynamoDB', () => {
  it('a message that has no event, or another one, has no file', async () => {
    const { ledger } = inDynamoDb();
    const messageId = `wamid.${next++}`;
    await put({ statusOf: '{}' }, messageId);
    expect(await ledger.find(receiver.phoneNumberId, messageId)).toBeUndefined();
  });

  it('a message from the history has a file', async () => {
    const { ledger, add } = inDynamoDb();
    const job = newJob();
    const { message, media, type: _, window: __, ...envelope } = messageOf(job);
    const type = 'message.imported';
    await add({ ...envelope, type, direction: 'inbound', message, ...(media ? { media } : {}) });
    const found = await ledger.find(receiver.phoneNumberId, job.message.messageId);
    expect(found?.event.type).toBe('message.imported');
  });

  it('what was erased is not written, and nothing is told of it', async () => {
    const { ledger, add } = inDynamoDb();
    const job = newJob();
    const { phoneNumberId, messageId } = job.message;
    await add(messageOf(job));
    const stored = await ledger.find(phoneNumberId, messageId);
    await put({ erasedAt: sentAt }, messageId);
    const { record, event } = failure(job);
    expect(stored && (await ledger.replace(stored, record, event))).toBe(false);
    expect(Object.keys((await itemOf(messageId)) ?? {}).sort()).toEqual(['erasedAt', 'pk', 'sk']);
  });

  it('a write whose answer got lost, and that is repeated, was made', async () => {
    const { ledger, add, told } = inDynamoDb();
    const job = newJob();
    const { phoneNumberId, messageId } = job.message;
    await add(messageOf(job));
    const stored = await ledger.find(phoneNumberId, messageId);
    const { record, event } = failure(job);
    expect(stored && (await ledger.replace(stored, record, event))).toBe(true);
    expect(stored && (await ledger.replace(stored, record, event))).toBe(true);
    expect(await told(messageId)).toHaveLength(1);
  });
});

describe.each([
  ['in memory', (): MediaErrors => new MemoryMediaErrors()],
  [
    'in DynamoDB',
    (): MediaErrors => {
      const { dynamoDb, tableName } = engines;
      return mediaErrorsInDynamoDb(dynamoDb, {
        tableName,
        reader: tableReader(dynamoDb, tableName),
      });
    },
  ],
])('errors %s', (_where, open) => {
  const at = new Date(sentAt);

  it('of a number are counted by the hour', async () => {
    const errors = open();
    const number = `number ${next++}`;
    expect(await errors.ofNumber(number, at)).toBe(0);
    await Promise.all([1, 2, 3].map(() => errors.countOfNumber(number, at)));
    expect(await errors.ofNumber(number, new Date('2026-11-22T10:59:59.999Z'))).toBe(3);
    expect(await errors.ofNumber(number, new Date('2026-11-22T11:00:00.000Z'))).toBe(0);
    expect(await errors.ofNumber('another', at)).toBe(0);
  });

  it('of a file are counted by revision and kind', async () => {
    const errors = open();
    const job = newJob();
    expect(await errors.strike(job, 'corrupt', at)).toBe(1);
    expect(await errors.strike(job, 'corrupt', at)).toBe(2);
    expect(await errors.strike(job, 'missing', at)).toBe(1);
    expect(await errors.strike({ ...job, revision: 1 }, 'corrupt', at)).toBe(1);
    expect(await errors.strike(newJob(), 'corrupt', at)).toBe(1);
  });
});
