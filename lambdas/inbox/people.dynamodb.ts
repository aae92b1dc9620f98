import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import {
  conversationOfPlace,
  peopleListing,
  peopleShard,
  peopleShards,
} from '../../shared/conversations/people-listing.ts';
import type { TableItem } from '../../shared/table/table-reader.dynamodb.ts';
import type { People } from './people.port.ts';

/** Where people are listed. */
export interface PeopleConfig {
  tableName: string;
  /** The index over `listing` and `listingOrder`. */
  listingIndex: string;
}

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const placeSchema = z.object({ pk: text, listingOrder: text });

/** Where a page of an organisation's people begins. */
const cursorSchema = z.strictObject({
  shard: z.int(),
  start: z.record(z.string(), z.strictObject({ S: z.string() })).optional(),
});

/** The people in DynamoDB, as `people-listing.ts` says. */
export function peopleInDynamoDb(
  client: DynamoDBClient,
  { tableName, listingIndex }: PeopleConfig,
): People {
  async function places(
    listing: string,
    { prefix, start, limit }: { prefix?: string; start?: TableItem | undefined; limit?: number },
  ) {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: listingIndex,
        KeyConditionExpression: `listing = :listing${prefix === undefined ? '' : ' AND begins_with(listingOrder, :prefix)'}`,
        ExpressionAttributeValues: {
          ':listing': { S: listing },
          ...(prefix === undefined ? {} : { ':prefix': { S: prefix } }),
        },
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    return { found: Items.map((item) => placeSchema.parse(item)), next: LastEvaluatedKey };
  }

  return {
    async conversationsOf(organizationId, { after, limit }) {
      const cursor = cursorSchema.parse(JSON.parse(after ?? '{"shard":0}'));
      const { shard, start } = cursor;
      const { found, next } = await places(peopleListing(organizationId, shard), { start, limit });
      const names = found.map(({ listingOrder }) => conversationOfPlace(listingOrder));
      if (next) {
        return { names, next: JSON.stringify({ shard, start: next }) };
      }
      const hasMore = shard + 1 < peopleShards;
      return { names, next: hasMore ? JSON.stringify({ shard: shard + 1 }) : undefined };
    },

    async aliasesOf(organizationId, conversationId) {
      const listing = peopleListing(organizationId, peopleShard(conversationId));
      const keys: string[] = [];
      let start: TableItem | undefined;
      do {
        const { found, next } = await places(listing, { prefix: `${conversationId}#`, start });
        keys.push(...found.map(({ pk }) => pk));
        start = next;
      } while (start);
      return keys;
    },
  };
}
