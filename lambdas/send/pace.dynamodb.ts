import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { Pace, PaceBucket } from './pace.port.ts';

/** How long after its last turn a bucket is kept, in ms. */
const keptMs = 24 * 60 * 60 * 1000;

const bucketSchema = z.object({
  freeAt: z
    .object({ N: z.coerce.number() })
    .transform(({ N }) => N)
    .optional(),
});

/** A conditional change of a bucket; all values are numbers. */
interface BucketUpdate {
  freeAt: string;
  condition: string;
  values: Record<string, number>;
  /** No later than this is the bucket free, epoch ms. */
  freeByMs: number;
}

/**
 * The buckets in DynamoDB, `PACE#<phone number id>` / `<lane>`: `freeAt` says when the next turn is (epoch
 * ms). A reservation that the SDK repeats because its answer got lost leaves turns that nobody takes.
 */
export function paceInDynamoDb(client: DynamoDBClient, tableName: string): Pace {
  /** @returns whether the condition held, and when the bucket was free before */
  async function update(
    { phoneNumberId, lane }: PaceBucket,
    { freeAt, condition, values, freeByMs }: BucketUpdate,
  ): Promise<{ done: boolean; freeAt?: number | undefined }> {
    const numbers = { ...values, ':expiresAt': Math.ceil((freeByMs + keptMs) / 1000) };
    try {
      const { Attributes = {} } = await client.send(
        new UpdateItemCommand({
          TableName: tableName,
          Key: { pk: { S: `PACE#${phoneNumberId}` }, sk: { S: lane } },
          UpdateExpression: `SET freeAt = ${freeAt}, expiresAt = :expiresAt`,
          ConditionExpression: condition,
          ExpressionAttributeValues: Object.fromEntries(
            Object.entries(numbers).map(([name, value]) => [name, { N: String(value) }]),
          ),
          ReturnValues: 'UPDATED_OLD',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { done: true, ...bucketSchema.parse(Attributes) };
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) {
        return { done: false, ...bucketSchema.parse(error.Item ?? {}) };
      }
      throw error;
    }
  }

  return {
    async reserve(bucket, { count, intervalMs, nowMs, maxWaitMs }) {
      const cost = count * intervalMs;
      const longest = nowMs + maxWaitMs;
      const lineUp: BucketUpdate = {
        freeAt: 'freeAt + :cost',
        condition: 'freeAt BETWEEN :now AND :longest',
        values: { ':cost': cost, ':now': nowMs, ':longest': longest },
        freeByMs: longest + cost,
      };
      const beFirst: BucketUpdate = {
        freeAt: ':next',
        condition: 'attribute_not_exists(freeAt) OR freeAt < :now',
        values: { ':next': nowMs + cost, ':now': nowMs },
        freeByMs: nowMs + cost,
      };
      // Whoever is faster moves the bucket past our now, so the second round decides.
      for (;;) {
        const { done, freeAt = 0 } = await update(bucket, lineUp);
        if (done || freeAt > longest) {
          return { taken: done, startMs: freeAt };
        }
        if ((await update(bucket, beFirst)).done) {
          return { taken: true, startMs: nowMs };
        }
      }
    },
    async pause(bucket, untilMs) {
      await update(bucket, {
        freeAt: ':until',
        condition: 'attribute_not_exists(freeAt) OR freeAt < :until',
        values: { ':until': untilMs },
        freeByMs: untilMs,
      });
    },
  };
}
