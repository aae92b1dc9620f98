import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { outgoingQueuesInSqs } from '../lambdas/inbox/outgoing-queues.sqs.ts';
import { webhookQueueInSqs } from '../lambdas/ingest/webhook-queue.sqs.ts';
import { awsClientConfig, backgroundBudget } from '../shared/runtime/aws-client.ts';
import { tableReader } from '../shared/table/table-reader.dynamodb.ts';
import { type DeployedStage, queueNamed } from './deployed-stage.ts';
import type { RetryPorts } from './quarantine-retry.ts';
import { setAsideObjectsInS3 } from './set-aside-objects.s3.ts';

/** What puts things of a stage back where they came from. */
export function retryPortsOf(stage: DeployedStage): RetryPorts {
  const urlOf = (name: string) => queueNamed(stage, name).url;
  const objects = setAsideObjectsInS3(stage.rawBucket);
  const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
  const reader = tableReader(client, stage.tableName);
  return {
    objects,
    store: objects,
    webhookQueue: webhookQueueInSqs(urlOf('webhook-events')),
    queues: outgoingQueuesInSqs({
      events: urlOf('inbox-events'),
      history: urlOf('inbox-history'),
      mediaJobs: urlOf('media-jobs'),
      transcribeJobs: urlOf('transcribe-jobs'),
    }),
    async readItem(pk, sk) {
      const item = await reader.read(pk, sk);
      const texts = Object.entries(item ?? {}).flatMap(([name, { S }]) =>
        S === undefined ? [] : [[name, S]],
      );
      return item && Object.fromEntries(texts);
    },
  };
}
