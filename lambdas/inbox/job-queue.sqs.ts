import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { hash } from '../../shared/hash.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import type { JobQueue } from './jobs.port.ts';

/** A queue of jobs in SQS: organisations share it fairly. */
export function jobQueueInSqs(queueUrl: string): JobQueue<{ organizationId: string }> {
  const client = new SQSClient(awsClientConfig(interactiveBudget));
  return {
    async send(message) {
      await client.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageGroupId: hash(message.organizationId),
          MessageBody: JSON.stringify(message),
        }),
      );
    },
  };
}
