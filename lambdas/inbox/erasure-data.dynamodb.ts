import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import * as z from 'zod';
import { connectionKey } from '../../shared/connections/connection-item.ts';
import {
  conversationKey,
  conversationSortKey,
} from '../../shared/conversations/conversation-item.ts';
import { changedAtAttribute, placeOfItem } from '../../shared/events/conversation-place.ts';
import {
  erasedAttribute,
  eventAttribute,
  eventIdOf,
  eventKey,
} from '../../shared/events/message-item.ts';
import { orderKeyOf } from '../../shared/events/order-key.ts';
import {
  graphTokenKey,
  graphTokenListingPrefix,
} from '../../shared/graph-tokens/graph-token-item.ts';
import { mediaKey, mediaSortKey } from '../../shared/media/media-item.ts';
import { transcriptFileKey } from '../../shared/media/object-keys.ts';
import {
  notedKey,
  noteOfSortKey,
  notePrefix,
  transcriptionKey,
  transcriptionSortKey,
} from '../../shared/media/transcription-item.ts';
import {
  isToldAttribute,
  laneItemKey,
  laneSortKey,
  referencePartition,
  referenceSortKey,
  sendItemKey,
  sendSortKey,
} from '../../shared/sends/send-item.ts';
import { sendRecordSchema } from '../../shared/sends/send-record.schema.ts';
import type { TableItem, TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { templateKey } from '../../shared/templates/template-item.ts';
import { erasureAliasesInDynamoDb } from './erasure-aliases.dynamodb.ts';
import type { ErasureData } from './erasure-data.port.ts';
import { tombstoneSeconds } from './erasure-days.ts';
import { traceName } from './erasure-job.schema.ts';
import { withoutTraces } from './erasure-sends.ts';

/** Where everything is. */
export interface ErasureDataConfig {
  tableName: string;
  reader: TableReader;
}

interface Key {
  pk: string;
  sk: string;
}

/** Below the SDK's 50 connections: what waits for one longer than a second fails. */
const concurrentWrites = 40;

/** By which a send is found. */
const placeAttributes = [
  ...['listing', 'listingOrder', 'conversationId', 'orderKey', changedAtAttribute],
];

const maxAttempts = 5;

/** Longer than Transcribe works on one note: what has not ended by then does not end. */
const longestTranscriptionMs = 24 * 60 * 60 * 1000;

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const json = text.transform((value): unknown => JSON.parse(value));
const keySchema = z.object({ pk: text, sk: text });
const sendSchema = z.object({
  record: json.pipe(sendRecordSchema),
  version: z.object({ N: z.string() }),
});
const transcriptionSchema = z.object({
  record: json.pipe(
    z.looseObject({
      organizationId: z.string(),
      key: z.string(),
      state: z.string(),
      attempt: z.number(),
      startedAt: z.string(),
    }),
  ),
});

/** What an erasure does to DynamoDB. */
export function erasureDataInDynamoDb(
  client: DynamoDBClient,
  { tableName: TableName, reader }: ErasureDataConfig,
): ErasureData {
  const limit = pLimit(concurrentWrites);

  async function query(
    input: Omit<QueryCommandInput, 'TableName'>,
  ): Promise<{ items: TableItem[]; next: TableItem | undefined }> {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({ TableName, ...input }),
    );
    return { items: Items, next: LastEvaluatedKey };
  }

  /** The items of a partition whose sort keys begin so. Consistent. */
  async function partition(pk: string, prefix = '', start?: TableItem, Limit?: number) {
    return query({
      KeyConditionExpression: `pk = :pk${prefix === '' ? '' : ' AND begins_with(sk, :prefix)'}`,
      ExpressionAttributeValues: {
        ':pk': { S: pk },
        ...(prefix === '' ? {} : { ':prefix': { S: prefix } }),
      },
      ConsistentRead: true,
      ...(start && { ExclusiveStartKey: start }),
      ...(Limit && { Limit }),
    });
  }

  async function put(Item: TableItem): Promise<void> {
    await limit(() => client.send(new PutItemCommand({ TableName, Item })));
  }

  async function remove({ pk, sk }: Key): Promise<void> {
    const Key = { pk: { S: pk }, sk: { S: sk } };
    await limit(() => client.send(new DeleteItemCommand({ TableName, Key })));
  }

  async function removePartition(pk: string, prefix?: string): Promise<void> {
    let start: TableItem | undefined;
    do {
      const { items, next } = await partition(pk, prefix, start);
      await Promise.all(items.map((item) => remove(keySchema.parse(item))));
      start = next;
    } while (start);
  }

  /** While what lists them is still there: a token holds by an item of its own. */
  async function revokeTokens(organizationId: string): Promise<void> {
    const { pk } = connectionKey(organizationId, '');
    const { items } = await partition(pk, graphTokenListingPrefix);
    const hashes = items.flatMap(({ tokenHash }) => tokenHash?.S ?? []);
    await Promise.all(hashes.map((hash) => remove(graphTokenKey(hash))));
  }

  /** Lets a send go of its lane, and removes a lane that nobody holds. */
  async function leaveLane(laneKey: string, sendId: string): Promise<void> {
    const Key = { pk: { S: laneItemKey(laneKey) }, sk: { S: laneSortKey } };
    await unlessOtherwise(
      client.send(
        new UpdateItemCommand({
          ...{ TableName, Key },
          ConditionExpression: 'attribute_exists(pk)',
          UpdateExpression: 'DELETE held :send',
          ExpressionAttributeValues: { ':send': { SS: [sendId] } },
        }),
      ),
    );
    await unlessOtherwise(
      client.send(
        new DeleteItemCommand({
          ...{ TableName, Key },
          ConditionExpression: 'attribute_not_exists(held)',
        }),
      ),
    );
  }

  async function eraseSendOnce(
    organizationId: string,
    sendId: string,
    options: { evenOpen: boolean; at: string },
  ): Promise<'erased' | 'nothing' | 'changed'> {
    const key = { pk: sendItemKey(organizationId, sendId), sk: sendSortKey };
    const item = await reader.read(key.pk, key.sk);
    const stored = item && sendSchema.parse(item);
    const next = stored && withoutTraces(stored.record, options);
    if (!next) {
      return 'nothing';
    }
    const { record, version } = stored;
    await leaveLane(record.laneKey, sendId);
    if (record.clientReference !== undefined) {
      const pk = referencePartition(organizationId, record.clientReference);
      await remove({ pk, sk: referenceSortKey(record) });
    }
    const gone = [...placeAttributes, ...Object.keys(item).filter(isToldAttribute)];
    const written = await unlessOtherwise(
      client.send(
        new UpdateItemCommand({
          ...{ TableName, Key: { pk: { S: key.pk }, sk: { S: key.sk } } },
          ConditionExpression: '#version = :read',
          UpdateExpression: `SET #record = :record, #version = :next REMOVE ${gone.map((_, index) => `#g${index}`).join(', ')}`,
          ExpressionAttributeNames: {
            ...{ '#record': 'record', '#version': 'version' },
            ...Object.fromEntries(gone.map((name, index) => [`#g${index}`, name])),
          },
          ExpressionAttributeValues: {
            ':read': version,
            ':next': { N: String(Number(version.N) + 1) },
            ':record': { S: JSON.stringify(next) },
          },
        }),
      ),
    );
    return written ? 'erased' : 'changed';
  }

  /** @returns false where it is still under way */
  async function eraseTranscription(
    name: string,
    removeObjects: (keys: readonly string[]) => Promise<void>,
    now: Date,
  ): Promise<boolean> {
    const key = { pk: transcriptionKey(name), sk: transcriptionSortKey };
    const { items: others } = await partition(key.pk, notePrefix, undefined, 1);
    const item = await reader.read(key.pk, key.sk);
    if (others.length > 0 || !item) {
      return true;
    }
    const { record } = transcriptionSchema.parse(item);
    const workedMs = now.getTime() - Date.parse(record.startedAt);
    if (record.state === 'STARTED' && workedMs < longestTranscriptionMs) {
      return false;
    }
    const attempts = Array.from({ length: record.attempt }, (_, index) => index + 1);
    await removeObjects([
      ...attempts.map((attempt) => transcriptFileKey(record.organizationId, name, attempt)),
      // A sound that had to be repacked.
      ...(record.key.startsWith('transcripts/') ? [record.key] : []),
    ]);
    await remove(key);
    return true;
  }

  return {
    ...erasureAliasesInDynamoDb(client, { tableName: TableName, reader }),

    eraseItem: (pk, erasedAt) =>
      put({
        ...{ pk: { S: pk }, sk: { S: pk.slice(0, pk.indexOf('#')) } },
        [erasedAttribute]: { S: erasedAt },
        expiresAt: { N: String(tombstoneSeconds(erasedAt)) },
      }),

    eraseConversation: (conversationId) =>
      remove({ pk: conversationKey(conversationId), sk: conversationSortKey }),

    async eraseSend(organizationId, sendId, options) {
      for (let attempt = 0; attempt < maxAttempts; attempt++) {
        const outcome = await eraseSendOnce(organizationId, sendId, options);
        if (outcome !== 'changed') {
          return outcome === 'erased';
        }
      }
      throw new Error('A send is changed by too many at once');
    },

    eraseMediaOwner: (mediaId) => remove({ pk: mediaKey(mediaId), sk: mediaSortKey }),

    eraseStrikes: (messageKey) => removePartition(`STRIKES#${messageKey}`),

    async eraseVoice(messageKey, removeObjects, now) {
      const noted = notedKey(messageKey);
      const { items } = await partition(noted);
      let isOpen = false;
      for (const { sk } of items.map((item) => keySchema.parse(item))) {
        const { name, noteSortKey } = noteOfSortKey(sk);
        await remove({ pk: transcriptionKey(name), sk: noteSortKey });
        if (await eraseTranscription(name, removeObjects, now)) {
          await remove({ pk: noted, sk });
        } else {
          isOpen = true;
        }
      }
      return isOpen ? 'open' : 'erased';
    },

    async isShared(wordsKey) {
      const [, name = ''] = /([^/]+)-\d+\.json$/.exec(wordsKey) ?? [];
      const { items } = await partition(transcriptionKey(name), notePrefix, undefined, 1);
      return items.length > 0;
    },

    async noteTraces(erasureId, traces) {
      await Promise.all(
        traces.map((trace) =>
          put({
            ...{ pk: { S: tracesKey(erasureId) }, sk: { S: traceName(trace) } },
            expiresAt: { N: String(tombstoneSeconds(new Date().toISOString())) },
          }),
        ),
      );
    },

    async traces(erasureId, after) {
      const pk = tracesKey(erasureId);
      const start = after === undefined ? undefined : { pk: { S: pk }, sk: { S: after } };
      const { items, next } = await partition(pk, '', start, 100);
      return { names: items.map((item) => keySchema.parse(item).sk), next: next?.['sk']?.S };
    },

    removeTrace: (erasureId, name) => remove({ pk: tracesKey(erasureId), sk: name }),

    async tellErased(organizationId, conversationId, at) {
      const pk = eventKey('erased', organizationId, conversationId);
      const event = {
        ...{ schemaVersion: 1, eventId: eventIdOf(pk, eventAttribute), type: 'contact.erased' },
        ...{ occurredAt: at, receivedAt: at, orderKey: orderKeyOf(at, at, 0) },
        ...{ organizationId, conversationId },
      };
      const texts = {
        ...{ pk, sk: 'EVENT', organizationId },
        [eventAttribute]: JSON.stringify(event),
        // The conversation itself is to stay empty.
        conversationId: placeOfItem({ pk, organizationId, receivedAt: at }),
        orderKey: event.orderKey,
        [changedAtAttribute]: at,
      };
      await unlessOtherwise(
        client.send(
          new PutItemCommand({
            TableName,
            Item: {
              ...Object.fromEntries(Object.entries(texts).map(([name, S]) => [name, { S }])),
              expiresAt: { N: String(tombstoneSeconds(at)) },
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      );
    },

    async eraseOrganization(organizationId, wabaIds) {
      for (const wabaId of wabaIds) {
        const { items } = await partition(`WABA#${wabaId}`);
        const isUsed = items.some((item) => item['state']?.S === 'ACTIVE');
        if (!isUsed) {
          await removePartition(templateKey(wabaId));
        }
      }
      for (const prefix of ['UPLOAD', 'REPUBLISH', 'USAGE', 'SEEN']) {
        await removePartition(`${prefix}#${organizationId}`);
      }
      await revokeTokens(organizationId);
      await removePartition(connectionKey(organizationId, '').pk);
    },
  };
}

function tracesKey(erasureId: string): string {
  return `ERASING#${erasureId}`;
}

/** @returns false where the condition does not hold */
async function unlessOtherwise(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) {
      return false;
    }
    throw error;
  }
}
