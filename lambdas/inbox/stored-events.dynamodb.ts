import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { timelinePartition } from '../../shared/events/timeline.ts';
import type { TableItem } from '../../shared/table/table-reader.dynamodb.ts';
import type { ItemImage } from './events-of-change.ts';
import type { ItemPage, ItemPlace, PageRequest, StoredEvents } from './stored-events.port.ts';

/** Where the items are. */
export interface StoredEventsConfig {
  tableName: string;
  /** The index over `conversationId` and `orderKey`. */
  conversationIndex: string;
  /** The index over `timeline` and `timelineOrder`. */
  timelineIndex: string;
}

/** An index, by the names of its keys. */
interface IndexKeys {
  indexName: string;
  partitionName: 'conversationId' | 'timeline';
  orderName: 'orderKey' | 'timelineOrder';
}

/** A request reads 16 MB at most, and an item has up to 400 KB. Source: API Reference, BatchGetItem. */
const batchKeys = 40;

/** How a connection's sort key begins, and a credential's, which tells of a refused token. */
const toldPrefixes = ['CONNECTION#', 'CREDENTIAL#'];

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const keySchema = z.object({ pk: text, sk: text });

/** The items of conversations in DynamoDB, as `message-item.ts` says. */
export function conversationItemsInDynamoDb(
  client: DynamoDBClient,
  { tableName, conversationIndex: indexName }: Omit<StoredEventsConfig, 'timelineIndex'>,
): Pick<StoredEvents, 'ofConversation'> {
  const index: IndexKeys = { indexName, partitionName: 'conversationId', orderName: 'orderKey' };
  const page = pagesOf(client, tableName, index);
  return { ofConversation: (conversationId, request) => page(conversationId, request) };
}

/** All items that are told of in DynamoDB, as `message-item.ts` and `connection-item.ts` say. */
export function storedEventsInDynamoDb(
  client: DynamoDBClient,
  config: StoredEventsConfig,
): StoredEvents {
  const { tableName, timelineIndex: indexName } = config;
  const index: IndexKeys = { indexName, partitionName: 'timeline', orderName: 'timelineOrder' };
  const page = pagesOf(client, tableName, index);

  async function ofOrganization(organizationId: string, prefix: string): Promise<ItemImage[]> {
    const images: ItemImage[] = [];
    let start: TableItem | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: 'pk = :organization AND begins_with(sk, :prefix)',
          ExpressionAttributeValues: {
            ':organization': { S: `ORG#${organizationId}` },
            ':prefix': { S: prefix },
          },
          ConsistentRead: true,
          ...(start && { ExclusiveStartKey: start }),
        }),
      );
      images.push(...Items.map(imageOf));
      start = LastEvaluatedKey;
    } while (start);
    return images;
  }

  return {
    ...conversationItemsInDynamoDb(client, config),
    ofDay: (organizationId, { day, shard }, request) =>
      page(timelinePartition(organizationId, day, shard), { ...request, newestFirst: false }),
    async ofOrganization(organizationId) {
      const images = toldPrefixes.map((prefix) => ofOrganization(organizationId, prefix));
      return (await Promise.all(images)).flat();
    },
  };
}

/** Reads pages of an index, and the items themselves with them. */
function pagesOf(
  client: DynamoDBClient,
  tableName: string,
  { indexName, partitionName, orderName }: IndexKeys,
) {
  async function page(
    partition: string,
    { after, limit, newestFirst, upTo }: PageRequest & { newestFirst: boolean; upTo?: string },
  ): Promise<ItemPage> {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: indexName,
        KeyConditionExpression: `${partitionName} = :partition${upTo === undefined ? '' : ` AND ${orderName} <= :upTo`}`,
        ExpressionAttributeValues: {
          ':partition': { S: partition },
          ...(upTo === undefined ? {} : { ':upTo': { S: upTo } }),
        },
        ScanIndexForward: !newestFirst,
        Limit: limit,
        ...(after && {
          ExclusiveStartKey: {
            ...tableKey(after.pk),
            [partitionName]: { S: partition },
            [orderName]: { S: after.order },
          },
        }),
      }),
    );
    const places = Items.map((item) => placeOf(item, orderName));
    const images = await read(Items.map((item) => keySchema.parse(item)));
    return {
      // What was removed since the index was read is no item any more.
      items: places.flatMap((place) => {
        const image = images.get(place.pk);
        return image ? [{ place, image }] : [];
      }),
      next: LastEvaluatedKey && placeOf(LastEvaluatedKey, orderName),
    };
  }

  /** Reads items consistently, by their partition keys: each is alone in its partition. */
  async function read(keys: readonly z.output<typeof keySchema>[]) {
    const images = new Map<string, ItemImage>();
    const chunks = Array.from({ length: Math.ceil(keys.length / batchKeys) }, (_, index) =>
      keys.slice(index * batchKeys, (index + 1) * batchKeys),
    );
    await Promise.all(
      chunks.map(async (chunk) => {
        const { Responses, UnprocessedKeys } = await client.send(
          new BatchGetItemCommand({
            RequestItems: {
              [tableName]: {
                Keys: chunk.map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } })),
                ConsistentRead: true,
              },
            },
          }),
        );
        if (UnprocessedKeys?.[tableName]) {
          throw new Error('DynamoDB left keys of a batch unread: it is throttling');
        }
        for (const item of Responses?.[tableName] ?? []) {
          images.set(item['pk']?.S ?? '', imageOf(item));
        }
      }),
    );
    return images;
  }

  return page;
}

/** An item that the indexes have: its sort key is how its partition key begins. */
function tableKey(pk: string): Record<'pk' | 'sk', AttributeValue> {
  return { pk: { S: pk }, sk: { S: pk.slice(0, pk.indexOf('#')) } };
}

function placeOf(item: TableItem, orderName: string): ItemPlace {
  return { pk: item['pk']?.S ?? '', order: item[orderName]?.S ?? '' };
}

/** The item's strings: what events are made of. */
function imageOf(item: TableItem): ItemImage {
  const strings = Object.entries(item).map(([name, { S }]) => [name, S]);
  return Object.fromEntries(strings.filter(([, value]) => value !== undefined));
}
