import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import type { InboxQueue, InboxQueueName, SendResult } from './inbox-queue.port.ts';

/** Faults that the message does not cause although SQS counts them as the sender's. */
const passing = new Set(['RequestThrottled', 'ThrottlingException', 'AccessDenied']);

/** `inbox-events.fifo` and `inbox-history.fifo` in SQS, by their URLs. */
export function inboxQueueInSqs(queueUrls: Record<InboxQueueName, string>): InboxQueue {
  const client = new SQSClient(awsClientConfig(backgroundBudget));
  return {
    async send(name, events) {
      const { Successful = [], Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrls[name],
          Entries: events.map(({ groupId, deduplicationId, body }, index) => ({
            Id: String(index),
            MessageGroupId: groupId,
            MessageDeduplicationId: deduplicationId,
            MessageBody: body,
          })),
        }),
      );
      const sent = new Set(Successful.map(({ Id }) => Id));
      const refused = new Set(
        Failed.filter(({ SenderFault, Code }) => SenderFault && !passing.has(Code ?? '')).map(
          ({ Id }) => Id,
        ),
      );
      return events.map((_, index): SendResult => {
        const id = String(index);
        return sent.has(id) ? 'sent' : refused.has(id) ? 'refused' : 'retry';
      });
    },
  };
}
