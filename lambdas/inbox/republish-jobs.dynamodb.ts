import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { type RepublishJob, republishJobSchema } from './republish-job.schema.ts';
import type { RepublishJobs } from './republish-jobs.port.ts';

/** Where the jobs are. */
export interface RepublishJobsConfig {
  tableName: string;
  reader: TableReader;
}

const keptSeconds = 30 * 24 * 60 * 60;

const jobItemSchema = z.object({
  job: z
    .object({ S: z.string() })
    .transform(({ S }): unknown => JSON.parse(S))
    .pipe(republishJobSchema),
  version: z.object({ N: z.coerce.number() }).transform(({ N }) => N),
});

/** The jobs in DynamoDB, as `republish-job.schema.ts` says, with a `version`. */
export function republishJobsInDynamoDb(
  client: DynamoDBClient,
  { tableName, reader }: RepublishJobsConfig,
): RepublishJobs {
  async function put(job: RepublishJob, version: number): Promise<void> {
    const expiresAt = Math.floor(Date.parse(job.createdAt) / 1000) + keptSeconds;
    const readVersion = version - 1;
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          pk: { S: partitionKey(job.organizationId) },
          sk: { S: job.republishId },
          job: { S: JSON.stringify(job) },
          version: { N: String(version) },
          expiresAt: { N: String(expiresAt) },
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
    async find(organizationId, republishId) {
      const item = await reader.read(partitionKey(organizationId), republishId);
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
  return `REPUBLISH#${organizationId}`;
}
