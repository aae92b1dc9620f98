import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactionConflictException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import * as z from 'zod';
import { changedAtAttribute } from '../../shared/events/conversation-place.ts';
import { erasedAttribute, messageKey } from '../../shared/events/message-item.ts';
import { hash } from '../../shared/hash.ts';
import { transcriptAttribute } from '../../shared/media/media-attributes.ts';
import {
  notedKey,
  notedSortKey,
  notePrefix,
  transcriptionKey,
  transcriptionSortKey,
} from '../../shared/media/transcription-item.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { toldTranscriptAttribute } from './transcript-event.ts';
import {
  type Note,
  noteSchema,
  type Transcription,
  transcriptionSchema,
} from './transcription.schema.ts';
import type { Transcriptions, Usage } from './transcriptions.port.ts';

/** Where the transcriptions are. */
export interface TranscriptionsConfig {
  tableName: string;
  /** The index over `listing` and `listingOrder`. */
  indexName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
}

/** Longer than any redelivery: what comes after that is transcribed again. */
const keptDays = 30;

/** A month's usage is kept for a year after it, in days. */
const usageDays = 400;

/** One partition of the index takes 1,000 writes a second. Source: DynamoDB Developer Guide, "Quotas". */
const shards = 4;

/** Transcriptions of one organisation meet at its month's item. */
const maxAttempts = 6;

const firstWaitMs = 25;

const concurrentWrites = 40;

const messageSortKey = 'MSG';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const json = text.transform((value): unknown => JSON.parse(value));
const storedSchema = z.object({
  record: json.pipe(transcriptionSchema),
  version: z.object({ N: z.coerce.number() }).transform(({ N }) => N),
});
const noteItemSchema = z.object({ note: json.pipe(noteSchema) });
const listedSchema = z.object({ pk: text, listingOrder: text });

/**
 * The transcriptions in DynamoDB, as `transcription-item.ts` says, and
 * `USAGE#<organisation>` / `<yyyy-mm>`: the `seconds` that were transcribed in a month (UTC).
 * Transcripts stand on their messages' items, as `media-attributes.ts` says.
 */
export function transcriptionsInDynamoDb(
  client: DynamoDBClient,
  { tableName: TableName, indexName, reader }: TranscriptionsConfig,
): Transcriptions {
  const limit = pLimit(concurrentWrites);

  /** @returns false where the condition does not hold */
  async function write(send: () => Promise<unknown>): Promise<boolean> {
    try {
      await limit(send);
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return false;
      }
      throw error;
    }
  }

  async function create(
    record: Transcription,
    usage: Usage,
  ): Promise<'created' | 'exists' | 'cap-reached'> {
    const roomSeconds = usage.capSeconds === null ? null : usage.capSeconds - usage.seconds;
    if (roomSeconds !== null && roomSeconds < 0) {
      return 'cap-reached';
    }
    const TransactItems = [
      {
        Put: {
          TableName,
          Item: {
            ...keyOf(record.name),
            ...contents(record),
            ...listing(record),
            version: { N: '1' },
          },
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      },
      {
        Update: {
          TableName,
          Key: usageKey(record),
          UpdateExpression: 'SET expiresAt = :expiresAt ADD #seconds :seconds',
          ...(roomSeconds !== null && {
            ConditionExpression: 'attribute_not_exists(#seconds) OR #seconds <= :room',
          }),
          ExpressionAttributeNames: { '#seconds': 'seconds' },
          ExpressionAttributeValues: {
            ':seconds': { N: String(usage.seconds) },
            ':expiresAt': after(record.startedAt, usageDays),
            ...(roomSeconds !== null && { ':room': { N: String(roomSeconds) } }),
          },
        },
      },
    ];
    for (let attempt = 1; ; attempt++) {
      try {
        await limit(() => client.send(new TransactWriteItemsCommand({ TransactItems })));
        return 'created';
      } catch (error) {
        const [job, used] = refusalsOf(error);
        if (job || used) {
          return job ? 'exists' : 'cap-reached';
        }
        if (!isConflict(error) || attempt === maxAttempts) {
          throw error;
        }
        await delay(Math.random() * firstWaitMs * 2 ** attempt);
      }
    }
  }

  return {
    async isWanted({ message, revision }) {
      const { pk, sk } = messageItemKey(message);
      const item = await reader.read(pk.S, sk.S);
      return (
        item !== undefined &&
        item[erasedAttribute] === undefined &&
        item[transcriptAttribute(revision)] === undefined
      );
    },

    async tell({ message, revision }, transcript, event) {
      const Key = messageItemKey(message);
      return write(() =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key,
            // A message that was erased in between stays erased.
            ConditionExpression:
              'attribute_exists(pk) AND attribute_not_exists(#erased) AND attribute_not_exists(#transcript)',
            UpdateExpression:
              'SET #transcript = :transcript, #told = :event, #changedAt = :changedAt',
            ExpressionAttributeNames: {
              '#erased': erasedAttribute,
              '#transcript': transcriptAttribute(revision),
              '#told': toldTranscriptAttribute(event),
              '#changedAt': changedAtAttribute,
            },
            ExpressionAttributeValues: {
              ':transcript': { S: JSON.stringify(transcript) },
              ':event': { S: JSON.stringify(event) },
              ':changedAt': { S: event.receivedAt },
            },
          }),
        ),
      );
    },

    async addNote(name, note) {
      const { message, revision } = note;
      const expiresAt = after(new Date().toISOString(), keptDays);
      const noted = {
        pk: { S: notedKey(messageItemKey(message).pk.S) },
        sk: { S: notedSortKey(name, noteSortKey(note)) },
      };
      await limit(() =>
        client.send(new PutItemCommand({ TableName, Item: { ...noted, expiresAt } })),
      );
      return write(() =>
        client.send(
          new PutItemCommand({
            TableName,
            Item: {
              ...keyOf(name, noteSortKey(note)),
              note: { S: JSON.stringify({ message, revision }) },
              expiresAt,
            },
            ConditionExpression: 'attribute_not_exists(pk)',
          }),
        ),
      );
    },

    async notes(name) {
      const found: Note[] = [];
      let from: Record<string, AttributeValue> | undefined;
      do {
        const { Items = [], LastEvaluatedKey } = await client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': keyOf(name).pk, ':prefix': { S: notePrefix } },
            ConsistentRead: true,
            ...(from && { ExclusiveStartKey: from }),
          }),
        );
        found.push(...Items.map((item) => noteItemSchema.parse(item).note));
        from = LastEvaluatedKey;
      } while (from);
      return found;
    },

    async find(name) {
      const { pk, sk } = keyOf(name);
      const item = await reader.read(pk.S, sk.S);
      return item && storedSchema.parse(item);
    },

    async create(record, usage) {
      const outcome = await create(record, usage);
      return outcome === 'created' ? { record, version: 1 } : outcome;
    },

    async replace({ version }, next) {
      const listed = listing(next);
      const sets = { ...contents(next), version: { N: String(version + 1) }, ...listed };
      const mine = { S: randomUUID() };
      const replaced = await write(() =>
        client.send(
          new UpdateItemCommand({
            TableName,
            Key: keyOf(next.name),
            // The SDK's own repeat finds the first one's write.
            ConditionExpression: '#version = :read OR writeId = :writeId',
            UpdateExpression: `SET writeId = :writeId, ${Object.keys(sets)
              .map((name) => `#${name} = :${name}`)
              .join(', ')}${listed ? '' : ' REMOVE listing, listingOrder'}`,
            ExpressionAttributeNames: Object.fromEntries(
              Object.keys(sets).map((name) => [`#${name}`, name]),
            ),
            ExpressionAttributeValues: {
              ...Object.fromEntries(
                Object.entries(sets).map(([name, value]) => [`:${name}`, value]),
              ),
              ':read': { N: String(version) },
              ':writeId': mine,
            },
          }),
        ),
      );
      return replaced ? { record: next, version: version + 1 } : undefined;
    },

    async due(now, most) {
      const pages = await Promise.all(
        Array.from({ length: shards }, async (_, shard) => {
          const { Items = [] } = await client.send(
            new QueryCommand({
              TableName,
              IndexName: indexName,
              KeyConditionExpression: 'listing = :shard AND listingOrder <= :now',
              ExpressionAttributeValues: {
                ':shard': { S: dueIn(shard) },
                ':now': { S: now },
              },
              Limit: most,
            }),
          );
          return Items.map((item) => listedSchema.parse(item));
        }),
      );
      return pages
        .flat()
        .sort((one, other) => (one.listingOrder < other.listingOrder ? -1 : 1))
        .slice(0, most)
        .map(({ pk }) => pk.slice(pk.indexOf('#') + 1));
    },
  };
}

/** Which of a transaction's conditions did not hold. */
function refusalsOf(error: unknown): boolean[] {
  return error instanceof TransactionCanceledException
    ? (error.CancellationReasons ?? []).map(({ Code }) => Code === 'ConditionalCheckFailed')
    : [];
}

function isConflict(error: unknown): boolean {
  return (
    error instanceof TransactionConflictException ||
    (error instanceof TransactionCanceledException &&
      (error.CancellationReasons ?? []).some(({ Code }) => Code === 'TransactionConflict'))
  );
}

function keyOf(name: string, sk = transcriptionSortKey) {
  return { pk: { S: transcriptionKey(name) }, sk: { S: sk } };
}

function noteSortKey({ message: { phoneNumberId, messageId }, revision }: Note): string {
  return `${notePrefix}${hash(phoneNumberId, messageId, String(revision))}`;
}

function messageItemKey({ phoneNumberId, messageId }: Note['message']) {
  return { pk: { S: messageKey(phoneNumberId, messageId) }, sk: { S: messageSortKey } };
}

function usageKey({ organizationId, startedAt }: Transcription) {
  return { pk: { S: `USAGE#${organizationId}` }, sk: { S: startedAt.slice(0, 'yyyy-mm'.length) } };
}

function contents(record: Transcription) {
  return {
    record: { S: JSON.stringify(record) },
    expiresAt: after(record.startedAt, keptDays),
  };
}

function dueIn(shard: number): string {
  return `TRANSCRIPTIONS#${shard}`;
}

function listing({ name, dueAt }: Transcription) {
  return dueAt === undefined
    ? undefined
    : {
        listing: { S: dueIn(name.charCodeAt(name.length - 1) % shards) },
        listingOrder: { S: dueAt },
      };
}

/** So many days after an instant, in seconds since the epoch. */
function after(instant: string, days: number) {
  return { N: String(Math.floor(Date.parse(instant) / 1000) + days * 24 * 60 * 60) };
}
