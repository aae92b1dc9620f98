import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';

/** The visibility timeout has to outlast the function; what failed at once need not wait for it. */
const firstDelaySeconds = 2;
const longestDelaySeconds = 600;

/** Makes a message visible again after 2 s, 4 s, 8 s ... 600 s, by how often it was received. */
export type Redeliver = (receiptHandle: string, receiveCount: number) => Promise<void>;

/** Brings messages that failed back sooner than their SQS queue would. */
export function redeliverFromSqs(queueUrl: string): Redeliver {
  const client = new SQSClient(awsClientConfig(backgroundBudget));
  return async (receiptHandle, receiveCount) => {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.min(
          firstDelaySeconds * 2 ** (receiveCount - 1),
          longestDelaySeconds,
        ),
      }),
    );
  };
}
