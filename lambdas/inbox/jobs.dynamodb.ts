import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import type { Jobs } from './jobs.port.ts';

/** Where jobs are. */
export interface JobsConfig {
  tableName: string;
  reader: TableReader;
}

/** How one kind of job lies in the table: `<prefix>#<organisation>` / its id. */
export interface JobKind<Job> {
  prefix: string;
  schema: z.ZodType<Job>;
  idOf(job: Job): string;
  /** In seconds since the epoch. */
  expiresAt(job: Job): number;
}

/** The jobs of a kind in DynamoDB, each as JSON with a `version`. */
export function jobsInDynamoDb<Job extends { organizationId: string }>(
  client: DynamoDBClient,
  { tableName, reader }: JobsConfig,
  { prefix, schema, idOf, expiresAt }: JobKind<Job>,
): Jobs<Job> {
  const itemSchema = z.object({
    job: z
      .object({ S: z.string() })
      .transform(({ S }): unknown => JSON.parse(S))
      .pipe(schema),
    version: z.object({ N: z.coerce.number() }).transform(({ N }) => N),
  });
  const partitionKey = (organizationId: string) => `${prefix}#${organizationId}`;

  async function put(job: Job, version: number): Promise<void> {
    const readVersion = version - 1;
    await client.send(
      new PutItemCommand({
        TableName: tableName,
        Item: {
          pk: { S: partitionKey(job.organizationId) },
          sk: { S: idOf(job) },
          job: { S: JSON.stringify(job) },
          version: { N: String(version) },
          expiresAt: { N: String(expiresAt(job)) },
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
    async find(organizationId, id) {
      const item = await reader.read(partitionKey(organizationId), id);
      return item && itemSchema.parse(item);
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
