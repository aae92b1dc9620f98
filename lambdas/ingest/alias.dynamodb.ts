import {
  BatchGetItemCommand,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Alias, AliasTable, AliasWrite } from './alias.port.ts';

const sortKey = 'ALIAS';

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const aliasItemSchema = z.object({
  pk: text,
  conversationId: text,
  userId: text.optional(),
  name: text.optional(),
  username: text.optional(),
  learntAt: text,
});

/** The aliases in the table, `ALIAS#<hash>`. */
export function aliasesInDynamoDb(client: DynamoDBClient, tableName: string): AliasTable {
  return {
    async read(keys, { fresh }) {
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [tableName]: {
              Keys: keys.map((key) => ({ pk: { S: key }, sk: { S: sortKey } })),
              ConsistentRead: fresh,
            },
          },
        }),
      );
      if (UnprocessedKeys?.[tableName]) {
        throw new Error('DynamoDB left keys of a batch unread: it is throttling');
      }
      const found = (Responses?.[tableName] ?? []).map((item): [string, Alias] => {
        const { pk: key, ...alias } = aliasItemSchema.parse(item);
        return [key, { key, ...alias }];
      });
      return new Map(found);
    },
    async write(writes) {
      try {
        await client.send(
          new TransactWriteItemsCommand({
            TransactItems: writes.map((write) => putItem(tableName, write)),
          }),
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

function putItem(tableName: string, { alias, replaces }: AliasWrite): TransactWriteItem {
  const { key, ...attributes } = alias;
  const present = Object.entries(attributes).filter(([, value]) => value !== undefined);
  return {
    Put: {
      TableName: tableName,
      Item: {
        pk: { S: key },
        sk: { S: sortKey },
        ...Object.fromEntries(present.map(([name, value]) => [name, { S: value }])),
      },
      ...unchanged(replaces),
    },
  };
}

function unchanged(was: Alias | undefined) {
  if (!was) {
    return { ConditionExpression: 'attribute_not_exists(pk)' };
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
