import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { looseConversation } from '../../shared/events/conversation-place.ts';
import { stringsOf, type TableItem } from '../../shared/table/table-reader.dynamodb.ts';
import type { ItemImage } from './events-of-change.ts';
import type { ItemPage, ItemPlace, PageRequest, StoredEvents } from './stored-events.port.ts';

/** Where the items are. */
export interface StoredEventsConfig {
  tableName: string;
  /** The index over `conversationId` and `orderKey`. */
  conversationIndex: string;
}

/** A request reads 16 MB at most, and an item has up to 400 KB. Source: API Reference, BatchGetItem. */
const batchKeys = 40;

/** How a connection's sort key begins, and a credential's, which tells of a refused token. */
const toldPrefixes = ['CONNECTION#', 'CREDENTIAL#'];

const text = z.object({ S: z.string() }).transform(({ S }) => S);
const keySchema = z.object({ pk: text, sk: text });

/** All items that are told of in DynamoDB, as `message-item.ts` and `connection-item.ts` say. */
export function storedEventsInDynamoDb(
  client: DynamoDBClient,
  config: StoredEventsConfig,
): StoredEvents {
  const { tableName } = config;
  const page = pagesOf(client, config);

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
      images.push(...Items.map(stringsOf));
      start = LastEvaluatedKey;
    } while (start);
    return images;
  }

  return {
    ofConversation: page,
    ofLooseDay: (day, request) => page(looseConversation(day), { ...request, newestFirst: false }),
    async ofOrganization(organizationId) {
      const images = toldPrefixes.map((prefix) => ofOrganization(organizationId, prefix));
      return (await Promise.all(images)).flat();
    },
  };
}

/** Reads pages of the index, and the items themselves with them. */
function pagesOf(client: DynamoDBClient, { tableName, conversationIndex }: StoredEventsConfig) {
  async function page(
    conversationId: string,
    { after, limit, newestFirst }: PageRequest & { newestFirst: boolean },
  ): Promise<ItemPage> {
    const { Items = [], LastEvaluatedKey } = await client.send(
      new QueryCommand({
        TableName: tableName,
        IndexName: conversationIndex,
        KeyConditionExpression: 'conversationId = :conversation',
        ExpressionAttributeValues: { ':conversation': { S: conversationId } },
        ScanIndexForward: !newestFirst,
        Limit: limit,
        ...(after && {
          ExclusiveStartKey: {
            ...tableKey(after.pk),
            conversationId: { S: conversationId },
            orderKey: { S: after.order },
          },
        }),
      }),
    );
    const places = Items.map(placeOf);
    const images = await read(Items.map((item) => keySchema.parse(item)));
    return {
      // What was removed since the index was read is no item any more.
      items: places.flatMap((place) => {
        const image = images.get(place.pk);
        return image ? [{ place, image }] : [];
      }),
      next: LastEvaluatedKey && placeOf(LastEvaluatedKey),
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
          images.set(item['pk']?.S ?? '', stringsOf(item));
        }
      }),
    );
    return images;
  }

  return page;
}

/** An item that the index has: its sort key is how its partition key begins. */
function tableKey(pk: string): Record<'pk' | 'sk', AttributeValue> {
  return { pk: { S: pk }, sk: { S: pk.slice(0, pk.indexOf('#')) } };
}

function placeOf(item: TableItem): ItemPlace {
  return { pk: item['pk']?.S ?? '', order: item['orderKey']?.S ?? '' };
}
