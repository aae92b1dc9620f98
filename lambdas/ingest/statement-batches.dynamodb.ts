import {
  type AttributeValue,
  BatchExecuteStatementCommand,
  type DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import DataLoader from 'dataloader';
import { batchLimit } from './write-limit.ts';

/** DynamoDB takes at most so many statements in one call. Source: API Reference, BatchExecuteStatement. */
const batchStatements = 25;

/** A PartiQL statement that writes one item. */
export interface WriteStatement {
  /** The item's partition key: one item may stand in a batch once. */
  pk: string;
  text: string;
  parameters: AttributeValue[];
}

/**
 * Executes what is asked for at the same time in one request.
 * @returns for each statement whether it was executed. `false` says nothing of why, and nothing was
 * written: its condition may not hold, or it was throttled.
 */
export function statementBatches(
  client: DynamoDBClient,
): (statement: WriteStatement) => Promise<boolean> {
  const loader = new DataLoader<WriteStatement, boolean>(
    async (statements) => {
      // The others find what this one has written when they are written one by one.
      const distinct = [...new Map(statements.map((each) => [each.pk, each])).values()];
      // Alone it would cost what the caller's own conditional write costs, and settle less.
      if (distinct.length === 1) {
        return statements.map(() => false);
      }
      const batch = new BatchExecuteStatementCommand({
        Statements: distinct.map(({ text, parameters }) => ({
          Statement: text,
          Parameters: parameters,
        })),
      });
      const { Responses = [] } = await batchLimit(() => client.send(batch));
      const executed = distinct.filter((_, index) => Responses[index]?.Error === undefined);
      return statements.map((statement) => executed.includes(statement));
    },
    { maxBatchSize: batchStatements, cache: false },
  );
  return (statement) => loader.load(statement);
}

/** Inserts an item, unless there is one with its key. */
export function insertStatement(
  tableName: string,
  item: Readonly<Record<string, AttributeValue>>,
): WriteStatement {
  const names = Object.keys(item);
  return {
    pk: item['pk']?.S ?? '',
    text: `INSERT INTO "${tableName}" VALUE {${names.map((name) => `'${name}': ?`).join(', ')}}`,
    parameters: Object.values(item),
  };
}
