import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { connectionsInDynamoDb } from '../../shared/connections/connections.dynamodb.ts';
import type { TableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { erasureAliasesInDynamoDb } from './erasure-aliases.dynamodb.ts';
import { erasureJobsInDynamoDb } from './erasure-jobs.dynamodb.ts';
import { lazyErasureQueue } from './erasure-queue-lazy.ts';
import type { ErasureRequestPorts } from './erasure-requests.ts';

/** What asking for an erasure needs, beside what reading a conversation does. */
export function erasurePorts(
  client: DynamoDBClient,
  config: { tableName: string; reader: TableReader; queueUrl: string },
): Pick<ErasureRequestPorts, 'erasures' | 'erasureData' | 'erasureQueue' | 'connections'> {
  return {
    connections: connectionsInDynamoDb(client, config),
    erasures: erasureJobsInDynamoDb(client, config),
    erasureData: erasureAliasesInDynamoDb(client, config),
    erasureQueue: lazyErasureQueue(config.queueUrl),
  };
}
