import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { tombstoneSeconds } from './erasure-days.ts';
import { type ErasureJob, erasureJobSchema } from './erasure-job.schema.ts';
import type { ErasureJobs } from './erasure-jobs.port.ts';

/** Where the erasures are. */
export interface ErasureJobsConfig {
  tableName: string;
  reader: TableReader;
}

const jobItemSchema = z.object({
  job: z
    .object({ S: z.string() })
    .transform(({ S }): unknown => JSON.parse(S))
    .pipe(erasureJobSchema),
  version: z.object({ N: z.coerce.number() }).transform(({ N }) => N),
});

/** The erasures in DynamoDB, as `erasure-job.schema.ts` says, with a `version`. */
export function erasureJobsInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: ErasureJobsConfig,
): ErasureJobs {
  async function put(job: ErasureJob, version: number): Promise<void> {
    const readVersion = version - 1;
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          pk: { S: partitionKey(job.organizationId) },
          sk: { S: job.erasureId },
          job: { S: JSON.stringify(job) },
          version: { N: String(version) },
          expiresAt: { N: String(tombstoneSeconds(job.erasedAt)) },
        },
        ...(readVersion > 0 && {
          ConditionExpression: '#version = :read',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':read': { N: String(readVersion) } },
        }),
      }),
    );
  }

  return {
    create: (job) => put(job, 1),
    async find(organizationId, erasureId) {
      const item = await reader.read(partitionKey(organizationId), erasureId);
      return item && jobItemSchema.parse(item);
    },
    async replace({ version }, next) {
      try {
        await put(next, version + 1);
        return { job: next, version: version + 1 };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) {
          return undefined;
        }
        throw error;
      }
    },
  };
}

function partitionKey(organizationId: string): string {
  return `ERASURE#${organizationId}`;
}
