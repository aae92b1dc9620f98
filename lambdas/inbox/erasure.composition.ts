import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connectionsInDynamoDb } from '../../shared/connections/connections.dynamodb.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { erasureAliasesInDynamoDb } from './erasure-aliases.dynamodb.ts';
import { erasureJobs } from './erasure-job.schema.ts';
import type { ErasureRequestPorts } from './erasure-requests.ts';
import { jobsInDynamoDb } from './jobs.dynamodb.ts';
import { lazyJobQueue } from './lazy-job-queue.ts';

/** What asking for an erasure needs, beside what reading a conversation does. */
export function erasurePorts(
  client: DynamoDBClient,
  config: { tableName: string; reader: TableReader; queueUrl: string },
): Pick<ErasureRequestPorts, 'erasures' | 'erasureData' | 'erasureQueue' | 'connections'> {
  return {
    connections: connectionsInDynamoDb(client, config),
    erasures: jobsInDynamoDb(client, config, erasureJobs),
    erasureData: erasureAliasesInDynamoDb(client, config),
    erasureQueue: lazyJobQueue(config.queueUrl),
  };
}
