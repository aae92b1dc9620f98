import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { aliasSortKey } from '../../shared/conversations/alias-key.ts';
import { erasedAttribute } from '../../shared/events/message-item.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { ErasureData } from './erasure-data.port.ts';
import { tombstoneSeconds } from './erasure-days.ts';

const aliasSchema = z.object({
  conversationId: z
    .object({ S: z.string() })
    .transform(({ S }) => S)
    .optional(),
});

/** What an erasure does to single aliases in DynamoDB. */
export function erasureAliasesInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: { tableName: string; reader: TableReader },
): Pick<ErasureData, 'conversationOf' | 'eraseAlias'> {
  return {
    async conversationOf(aliasKey) {
      const item = await reader.read(aliasKey, aliasSortKey);
      return item && aliasSchema.parse(item).conversationId;
    },

    async eraseAlias(key, conversationIds, erasedAt) {
      const ids = conversationIds.map((id, index): [string, AttributeValue] => [
        `:c${index}`,
        { S: id },
      ]);
      const isFree =
        '(attribute_not_exists(conversationId) AND (attribute_not_exists(#erased) OR #erased < :erasedAt))';
      const isTheirs = `conversationId IN (${ids.map(([name]) => name).join(', ')})`;
      const put = new PutItemCommand({
        TableName: tableName,
        Item: {
          ...{ pk: { S: key }, sk: { S: aliasSortKey } },
          [erasedAttribute]: { S: erasedAt },
          expiresAt: { N: String(tombstoneSeconds(erasedAt)) },
        },
        ConditionExpression: ids.length === 0 ? isFree : `${isFree} OR ${isTheirs}`,
        ExpressionAttributeNames: { '#erased': erasedAttribute },
        ExpressionAttributeValues: { ':erasedAt': { S: erasedAt }, ...Object.fromEntries(ids) },
      });
      try {
        await client.send(put);
      } catch (error) {
        // It is a tombstone already, or leads to somebody else.
        if (!(error instanceof ConditionalCheckFailedException)) {
          throw error;
        }
      }
    },
  };
}
