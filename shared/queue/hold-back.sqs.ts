import { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig, backgroundBudget } from '../runtime/aws-client.ts';
import { sqsBatches } from '../sqs.ts';
import type { HoldBack } from './hold-back.port.ts';

/**
 * SQS refuses what ends more than 12 hours after the message was received, which a function may have
 * done 15 minutes ago. Source: SQS API Reference, ChangeMessageVisibility.
 */
const longestSeconds = (12 * 60 - 15) * 60;

/** Holds messages of an SQS queue back by their visibility timeout. */
export function holdBackInSqs(queueUrl: string): HoldBack {
  const client = new SQSClient(awsClientConfig(backgroundBudget));

  async function delayBatch(receiptHandles: readonly string[], seconds: number): Promise<void> {
    const { Failed = [] } = await client.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl: queueUrl,
        Entries: receiptHandles.map((ReceiptHandle, index) => ({
          Id: String(index),
          ReceiptHandle,
          VisibilityTimeout: seconds,
        })),
      }),
    );
    // A batch is answered 200 also when entries of it were refused.
    if (Failed.length > 0) {
      throw new Error(
        `SQS refused ${Failed.length} of ${receiptHandles.length}: ${Failed[0]?.Code}`,
      );
    }
  }

  return {
    async delay(receiptHandles, ms) {
      const seconds = Math.min(Math.max(Math.ceil(ms / 1000), 0), longestSeconds);
      const results = await Promise.allSettled(
        sqsBatches(receiptHandles, (handle) => handle).map((batch) => delayBatch(batch, seconds)),
      );
      const failed = results.find((result) => result.status === 'rejected');
      if (failed) {
        throw new Error('Messages could not be held back', { cause: failed.reason });
      }
    },
  };
}
