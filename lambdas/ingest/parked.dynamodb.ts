import {
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { ParkedChanges } from './parked.port.ts';
import { parkedKey, parkedOwnersKey, parkedSortKey } from './parked-item.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const ownerSchema = z.object({ owner: text });
const changeSchema = z.object({ body: text, token: text });

/** As many as are deleted side by side: the SDK keeps fifty connections. */
const pageItems = 50;

/** The parked changes in DynamoDB. */
export function parkedInDynamoDb(client: DynamoDBClient, tableName: string): ParkedChanges {
  async function query(pk: string, from: string | undefined, limit?: number) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ConsistentRead: true,
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(from === undefined ? {} : { ExclusiveStartKey: { pk: { S: pk }, sk: { S: from } } }),
      }),
    );
    return { items: Items, next: LastEvaluatedKey?.['sk']?.S };
  }

  return {
    async owners() {
      const owners: string[] = [];
      let from: string | undefined;
      do {
        const { items, next } = await query(parkedOwnersKey, from);
        owners.push(...items.map((item) => ownerSchema.parse(item).owner));
        from = next;
      } while (from !== undefined);
      return owners;
    },
    async page(owner, from) {
      const { items, next } = await query(parkedKey(owner), from, pageItems);
      return { changes: items.map((item) => ({ owner, ...changeSchema.parse(item) })), next };
    },
    async remove(change) {
      try {
        await client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: { pk: { S: parkedKey(change.owner) }, sk: { S: parkedSortKey(change) } },
            ConditionExpression: '#token = :token',
            ExpressionAttributeNames: { '#token': 'token' },
            ExpressionAttributeValues: { ':token': { S: change.token } },
          }),
        );
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) {
          throw error;
        }
      }
    },
  };
}
