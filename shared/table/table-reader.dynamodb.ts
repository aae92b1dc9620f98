import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import DataLoader from 'dataloader';

/** An item as DynamoDB has it. */
export type TableItem = Record<string, AttributeValue>;

/** An item's strings, by name: what events are made of. */
export function stringsOf(item: TableItem): Record<string, string> {
  return Object.fromEntries(
    Object.entries(item).flatMap(([name, { S }]) => (S === undefined ? [] : [[name, S]])),
  );
}

/** Reads single items of the table. */
export interface TableReader {
  /** The item with this key; undefined where there is none. */
  read(pk: string, sk: string): Promise<TableItem | undefined>;
}

interface ItemKey {
  pk: string;
  sk: string;
}

/** DynamoDB reads at most so many items in one call. Source: API Reference, BatchGetItem. */
const batchKeys = 100;

const nameOf = ({ pk, sk }: ItemKey) => JSON.stringify([pk, sk]);

/**
 * A reader that sends what is asked for at the same time in one request: adapters that share one
 * reader, awaited together, cost one round trip.
 * @param options.consistent sees every write that was answered before; without it a read costs half
 */
export function tableReader(
  client: DynamoDBClient,
  tableName: string,
  { consistent = true } = {},
): TableReader {
  const loader: DataLoader<ItemKey, TableItem | undefined, string> = new DataLoader(
    async (keys: readonly ItemKey[]) => {
      // Who asks from now on may have written in between: only what waited together is answered together.
      for (const key of keys) {
        loader.clear(key);
      }
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetItemCommand({
          RequestItems: {
            [tableName]: {
              Keys: keys.map(({ pk, sk }) => ({ pk: { S: pk }, sk: { S: sk } })),
              ConsistentRead: consistent,
            },
          },
        }),
      );
      if (UnprocessedKeys?.[tableName]) {
        throw new Error('DynamoDB left keys of a batch unread: it is throttling');
      }
      const found = new Map(
        (Responses?.[tableName] ?? []).map((item) => [
          nameOf({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' }),
          item,
        ]),
      );
      return keys.map((key) => found.get(nameOf(key)));
    },
    // Within one batch a key may stand once.
    { maxBatchSize: batchKeys, cacheKeyFn: nameOf },
  );
  return { read: (pk, sk) => loader.load({ pk, sk }) };
}
