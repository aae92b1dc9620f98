import {
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  paginateQuery,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { hash } from '../../shared/hash.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { MetaPeople } from './meta-people.port.ts';

const text = z.object({ S: z.string() }).transform(({ S }) => S);

const ownerItemSchema = z.object({ organizationId: text, wabaId: text });
const deletionItemSchema = z.object({ requestedAt: text, completedAt: text.optional() });

const keepSeconds = 365 * 24 * 60 * 60;

/**
 * The people in the table: `META_USER#<hash of the id>` / `ORG#<organisation>#<waba>`, and their requests
 * to be forgotten: `DELETION#<code>` / `DELETION`.
 */
export function metaPeopleInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: { tableName: string; reader: TableReader },
): MetaPeople {
  const personKey = (metaUserId: string) => `META_USER#${hash(metaUserId)}`;
  const deletionKey = (code: string) => ({ pk: `DELETION#${code}`, sk: 'DELETION' });
  const placeOf = (owner: { organizationId: string; wabaId: string }) =>
    `ORG#${owner.organizationId}#${owner.wabaId}`;
  return {
    async remember(metaUserId, { organizationId, wabaId }) {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            pk: { S: personKey(metaUserId) },
            sk: { S: placeOf({ organizationId, wabaId }) },
            organizationId: { S: organizationId },
            wabaId: { S: wabaId },
          },
        }),
      );
    },

    async connectionsOf(metaUserId) {
      const owners: z.output<typeof ownerItemSchema>[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tableName,
          KeyConditionExpression: 'pk = :person',
          ExpressionAttributeValues: { ':person': { S: personKey(metaUserId) } },
          ConsistentRead: true,
        },
      );
      for await (const { Items = [] } of pages) {
        owners.push(...Items.map((item) => ownerItemSchema.parse(item)));
      }
      return owners;
    },

    async forget(metaUserId, owners) {
      for (const owner of owners) {
        await client.send(
          new DeleteItemCommand({
            TableName: tableName,
            Key: { pk: { S: personKey(metaUserId) }, sk: { S: placeOf(owner) } },
          }),
        );
      }
    },

    async keepDeletion(code, { requestedAt, completedAt }) {
      const { pk, sk } = deletionKey(code);
      const expiresAt = Math.floor(Date.parse(requestedAt) / 1000) + keepSeconds;
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: {
            pk: { S: pk },
            sk: { S: sk },
            requestedAt: { S: requestedAt },
            ...(completedAt === undefined ? {} : { completedAt: { S: completedAt } }),
            expiresAt: { N: String(expiresAt) },
          },
        }),
      );
    },

    async deletion(code) {
      const { pk, sk } = deletionKey(code);
      const item = await reader.read(pk, sk);
      return item && deletionItemSchema.parse(item);
    },
  };
}
