import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import type { OutgoingQueueName, OutgoingQueues, SendResult } from './outgoing-queues.port.ts';

/** Faults that the message does not cause although SQS counts them as the sender's. */
const passing = new Set(['RequestThrottled', 'ThrottlingException', 'AccessDenied']);

/** The queues in SQS, by their URLs: those of events are FIFO queues, those of jobs are not. */
export function outgoingQueuesInSqs<Name extends OutgoingQueueName>(
  queueUrls: Readonly<Record<Name, string>>,
): OutgoingQueues<Name> {
  const client = new SQSClient(awsClientConfig(backgroundBudget));
  return {
    async send(name, messages) {
      const { Successful = [], Failed = [] } = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queueUrls[name],
          Entries: messages.map(({ groupId, deduplicationId, body }, index) => ({
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
      return messages.map((_, index): SendResult => {
        const id = String(index);
        return sent.has(id) ? 'sent' : refused.has(id) ? 'refused' : 'retry';
      });
    },
  };
}
