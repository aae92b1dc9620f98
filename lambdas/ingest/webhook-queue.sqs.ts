import { GetQueueAttributesCommand, SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig, interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { sqsBatches } from '../../shared/sqs.ts';
import { archivedAttribute } from './archive.ts';
import type { QueuedMessage, WebhookQueue } from './webhook-queue.port.ts';

/** A queue that can be connected to before the first message comes. */
export interface WarmableWebhookQueue extends WebhookQueue {
  /** Opens the TLS connection and runs the client's code once. Never rejects. */
  warmUp(): Promise<void>;
}

/** `webhook-events` in SQS, by its URL. */
export function webhookQueueInSqs(queueUrl: string): WarmableWebhookQueue {
  const client = new SQSClient(awsClientConfig(interactiveBudget));

  async function sendBatch(messages: readonly QueuedMessage[]): Promise<void> {
    const { Successful = [], Failed = [] } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map(({ groupId, body, archived }, index) => ({
          Id: String(index),
          MessageGroupId: groupId,
          MessageBody: body,
          ...(archived && {
            MessageAttributes: { [archivedAttribute]: { DataType: 'String', StringValue: 'yes' } },
          }),
        })),
      }),
    );
    // A batch is answered 200 also when entries of it were refused.
    if (Failed.length > 0 || Successful.length !== messages.length) {
      throw new Error(`SQS refused ${Failed.length} of ${messages.length}: ${Failed[0]?.Code}`);
    }
  }

  return {
    async send(messages) {
      await Promise.all(sqsBatches(messages, ({ body }) => body).map(sendBatch));
    },
    async warmUp() {
      try {
        await client.send(new GetQueueAttributesCommand({ QueueUrl: queueUrl }));
      } catch {
        // The first send will meet the same trouble, and has an answer for it.
      }
    },
  };
}
