import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import type { HeldBack, HoldBack } from './hold-back.port.ts';

/** Holds messages of an SQS queue back by their visibility timeout, which counts in seconds. */
export function holdBackInSqs(queueUrl: string): HoldBack {
  const client = new SQSClient(awsClientConfig(backgroundBudget));

  async function holdBack({ receiptHandle, waitMs }: HeldBack): Promise<void> {
    await client.send(
      new ChangeMessageVisibilityCommand({
        QueueUrl: queueUrl,
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: Math.ceil(waitMs / 1000),
      }),
    );
  }

  return async (messages) => {
    const results = await Promise.allSettled(messages.map(holdBack));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) {
      throw new Error('Messages could not be held back', { cause: failed.reason });
    }
  };
}
