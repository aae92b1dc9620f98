import { BatchExecuteStatementCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import DataLoader from 'dataloader';

/** DynamoDB takes at most so many statements in one call. Source: API Reference, BatchExecuteStatement. */
const batchStatements = 25;

/** A new item: its text attributes, and when it expires. */
export interface NewItem {
  attributes: Readonly<Record<string, string>>;
  /** Epoch seconds. */
  expiresAt: string;
}

/**
 * Inserts items that are not there yet, those that are asked for at the same time in one request.
 * @returns for each whether it was inserted. `false` says nothing of why, and nothing was written: the
 * item may be there, or the statement was throttled.
 */
export function eventInserts(
  client: DynamoDBClient,
  tableName: string,
): (item: NewItem) => Promise<boolean> {
  const loader = new DataLoader<NewItem, boolean>(
    async (items) => {
      // One item may stand in a batch once; the others find it when they are written one by one.
      const distinct = [...new Map(items.map((item) => [item.attributes['pk'], item])).values()];
      // Alone it would cost what the caller's own conditional write costs, and settle less.
      if (distinct.length === 1) {
        return items.map(() => false);
      }
      const { Responses = [] } = await client.send(
        new BatchExecuteStatementCommand({
          Statements: distinct.map((item) => insertStatement(tableName, item)),
        }),
      );
      const inserted = distinct.filter((_, index) => Responses[index]?.Error === undefined);
      return items.map((item) => inserted.includes(item));
    },
    { maxBatchSize: batchStatements, cache: false },
  );
  return (item) => loader.load(item);
}

function insertStatement(tableName: string, { attributes, expiresAt }: NewItem) {
  const entries = Object.entries(attributes);
  const names = [...entries.map(([name]) => name), 'expiresAt'];
  return {
    Statement: `INSERT INTO "${tableName}" VALUE {${names.map((name) => `'${name}': ?`).join(', ')}}`,
    Parameters: [...entries.map(([, text]) => ({ S: text })), { N: expiresAt }],
  };
}
