import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { hash } from '../../shared/hash.ts';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import type { ErasureQueue } from './erasure-jobs.port.ts';

/** `erasure-jobs` in SQS: organisations share it fairly. */
export function erasureQueueInSqs(queueUrl: string): ErasureQueue {
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
