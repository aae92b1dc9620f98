import {
  BatchGetItemCommand,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import DataLoader from 'dataloader';
import * as z from 'zod';
import { aliasSortKey, formerAliasKey } from '../../shared/conversations/alias-key.ts';
import { peoplePlace } from '../../shared/conversations/people-listing.ts';
import type { Alias, AliasTable, AliasWrite, ErasedAlias } from './alias.port.ts';
import { writeLimit } from './write-limit.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const aliasItemSchema = z.object({
  pk: text,
  conversationId: text,
  userId: text.optional(),
  name: text.optional(),
  username: text.optional(),
  learntAt: text,
  erasedAt: text.optional(),
});

const erasedItemSchema = z.object({ pk: text, erasedAt: text });

/** DynamoDB reads at most so many items in one call. Source: API Reference, BatchGetItem. */
const batchKeys = 100;

/** The aliases in the table, `ALIAS#<hash>`. */
export function aliasesInDynamoDb(client: DynamoDBClient, tableName: string): AliasTable {
  async function readBatch(keys: readonly string[], fresh: boolean) {
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [tableName]: {
            Keys: [...new Set(keys)].map((key) => ({ pk: { S: key }, sk: { S: aliasSortKey } })),
            ConsistentRead: fresh,
          },
        },
      }),
    );
    if (UnprocessedKeys?.[tableName]) {
      throw new Error('DynamoDB left keys of a batch unread: it is throttling');
    }
    const found = (Responses?.[tableName] ?? []).map(aliasOf);
    const byKey = new Map(found.map((alias) => [alias.key, alias]));
    return keys.map((key) => byKey.get(key));
  }

  // What is asked for at the same time is read in one request.
  const reader = (fresh: boolean) =>
    new DataLoader<string, Alias | ErasedAlias | undefined>((keys) => readBatch(keys, fresh), {
      maxBatchSize: batchKeys,
      cache: false,
    });
  const [stale, fresh] = [reader(false), reader(true)];

  return {
    async read(keys, options) {
      const reader = options.fresh ? fresh : stale;
      const found = await Promise.all(keys.map((key) => reader.load(key)));
      const aliases = found.filter((alias) => alias !== undefined);
      return new Map(aliases.map((alias) => [alias.key, alias]));
    },
    async write(writes) {
      try {
        await writeLimit(() =>
          client.send(
            new TransactWriteItemsCommand({
              TransactItems: writes.flatMap((write) => [
                putItem(tableName, write),
                ...formerPlace(tableName, write),
              ]),
            }),
          ),
        );
        return true;
      } catch (error) {
        if (error instanceof TransactionCanceledException && lostRace(error)) {
          return false;
        }
        throw error;
      }
    },
  };
}

/** Only what somebody else's write explains: throttling cancels a transaction too, and is no answer. */
function lostRace({ CancellationReasons = [] }: TransactionCanceledException): boolean {
  const expected = ['None', 'ConditionalCheckFailed', 'TransactionConflict'];
  return CancellationReasons.every(({ Code = 'None' }) => expected.includes(Code));
}

function aliasOf(item: Record<string, unknown>): Alias | ErasedAlias {
  const { pk: key, ...alias } =
    item['conversationId'] === undefined
      ? erasedItemSchema.parse(item)
      : aliasItemSchema.parse(item);
  return { key, ...alias };
}

function putItem(
  tableName: string,
  { organizationId, alias, replaces }: AliasWrite,
): TransactWriteItem {
  const { key, ...kept } = alias;
  const attributes = { ...kept, ...peoplePlace({ organizationId, ...alias }) };
  const present = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    Put: {
      TableName: tableName,
      Item: {
        pk: { S: key },
        sk: { S: aliasSortKey },
        ...Object.fromEntries(present.map(([name, value]) => [name, { S: value }])),
      },
      ...unchanged(replaces),
    },
  };
}

/** A conversation that loses an alias may have no other: its messages are to be found all the same. */
function formerPlace(
  TableName: string,
  { organizationId, alias, replaces }: AliasWrite,
): TransactWriteItem[] {
  const conversationId = replaces?.conversationId;
  if (conversationId === undefined || conversationId === alias.conversationId) {
    return [];
  }
  const key = formerAliasKey(conversationId);
  const place = { conversationId, ...peoplePlace({ organizationId, conversationId, key }) };
  const texts = Object.entries({ pk: key, sk: aliasSortKey, ...place });
  const Item = Object.fromEntries(texts.map(([name, S]) => [name, { S }]));
  return [{ Put: { TableName, Item } }];
}

function unchanged(was: Alias | ErasedAlias | undefined) {
  if (!was) {
    return { ConditionExpression: 'attribute_not_exists(pk)' };
  }
  if (was.conversationId === undefined) {
    return {
      ConditionExpression: 'attribute_not_exists(conversationId) AND erasedAt = :erasedAt',
      ExpressionAttributeValues: { ':erasedAt': { S: was.erasedAt } },
    };
  }
  const { conversationId, userId, learntAt } = was;
  return {
    ConditionExpression: `conversationId = :conversation AND learntAt = :learntAt AND ${
      userId === undefined ? 'attribute_not_exists(userId)' : 'userId = :user'
    }`,
    ExpressionAttributeValues: {
      ':conversation': { S: conversationId },
      ':learntAt': { S: learntAt },
      ...(userId === undefined ? {} : { ':user': { S: userId } }),
    },
  };
}
