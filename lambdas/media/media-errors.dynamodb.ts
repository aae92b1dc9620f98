import { type DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { messageKey } from '../../shared/events/message-item.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { MediaErrors } from './media-errors.port.ts';

/** Where the counters are. */
export interface MediaErrorsConfig {
  tableName: string;
  /** Shared with the adapters that are asked at the same time. */
  reader: TableReader;
}

interface CounterKey {
  pk: string;
  sk: string;
}

const hourMs = 60 * 60 * 1000;

/** The hour itself, and some for clocks that differ. */
const hoursKept = 2;

/** As long as a queue keeps a job. */
const strikesKeptHours = 14 * 24;

const counterSchema = z.object({
  errors: z.object({ N: z.coerce.number() }).transform(({ N }) => N),
});

/**
 * The counters in DynamoDB, each an `errors` with an `expiresAt`: `BREAKER#<phone number id>` / `<hour>`,
 * and of each file `STRIKES#<the message's key>` / `<revision>#<kind>`. The SDK may count an error twice
 * whose answer got lost: then a breaker opens early, and a file is given up one attempt early.
 */
export function mediaErrorsInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: MediaErrorsConfig,
): MediaErrors {
  async function add({ pk, sk }: CounterKey, at: Date, hours: number): Promise<number> {
    const expiresAt = Math.ceil((at.getTime() + hours * hourMs) / 1000);
    const { Attributes } = await client.send(
      new UpdateItemCommand({
        TableName: tableName,
        Key: { pk: { S: pk }, sk: { S: sk } },
        UpdateExpression: 'SET expiresAt = :expiresAt ADD #errors :one',
        ExpressionAttributeNames: { '#errors': 'errors' },
        ExpressionAttributeValues: { ':expiresAt': { N: String(expiresAt) }, ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return counterSchema.parse(Attributes).errors;
  }

  return {
    async ofNumber(phoneNumberId, at) {
      const { pk, sk } = breakerKey(phoneNumberId, at);
      const item = await reader.read(pk, sk);
      return item ? counterSchema.parse(item).errors : 0;
    },
    async countOfNumber(phoneNumberId, at) {
      await add(breakerKey(phoneNumberId, at), at, hoursKept);
    },
    strike: ({ message: { phoneNumberId, messageId }, revision }, strike, at) =>
      add(
        { pk: `STRIKES#${messageKey(phoneNumberId, messageId)}`, sk: `${revision}#${strike}` },
        at,
        strikesKeptHours,
      ),
  };
}

function breakerKey(phoneNumberId: string, at: Date): CounterKey {
  return { pk: `BREAKER#${phoneNumberId}`, sk: at.toISOString().slice(0, 13) };
}
