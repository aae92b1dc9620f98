import { randomUUID } from 'node:crypto';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { toSqsText } from '../../shared/sqs.ts';
import type { QueuedSend, SendQueue } from './send-queue.port.ts';

/** The URL of each lane's queue. */
export type SendQueueUrls = Record<QueuedSend['lane'], string>;

/** The send queues in SQS. */
export function sendQueueInSqs(urls: SendQueueUrls): SendQueue {
  const client = new SQSClient(awsClientConfig(interactiveBudget));
  return {
    async enqueue({ lane, laneKey, body }) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: urls[lane],
          MessageGroupId: laneKey,
          // The client's own repeats carry the same one.
          MessageDeduplicationId: randomUUID(),
          MessageBody: toSqsText(body),
        }),
      );
    },
  };
}
