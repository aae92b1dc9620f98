import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
  type SendMessageCommandInput,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { awsClientConfig, backgroundBudget } from '../shared/runtime/aws-client.ts';
import type { StageQueue } from './deployed-stage.ts';
import type { SetAside } from './set-aside.port.ts';

/** A message in a dead-letter queue. */
export interface DeadLetter {
  id: string;
  receiptHandle: string;
  body: string;
  groupId: string | undefined;
  messageAttributes: Message['MessageAttributes'];
  /** RFC 3339. Of a FIFO queue: when it was moved here. */
  sentAt: string;
  /** How often it was received, here too. */
  receives: number;
}

/** The dead letters of a queue. */
export interface DeadLetters extends SetAside<DeadLetter> {
  /** Some of them, which stay here; of a FIFO queue, whose groups are held meanwhile, the first of each. */
  peek(count: number): Promise<DeadLetter[]>;
}

/** Source: SQS API Reference, "Message". */
const letterSchema = z
  .object({
    MessageId: z.string(),
    ReceiptHandle: z.string(),
    Body: z.string(),
    Attributes: z.object({
      SentTimestamp: z.coerce.number(),
      ApproximateReceiveCount: z.coerce.number(),
      MessageGroupId: z.string().optional(),
    }),
  })
  .transform(({ MessageId, ReceiptHandle, Body, Attributes }) => ({
    id: MessageId,
    receiptHandle: ReceiptHandle,
    body: Body,
    groupId: Attributes.MessageGroupId,
    sentAt: new Date(Attributes.SentTimestamp).toISOString(),
    receives: Attributes.ApproximateReceiveCount,
  }));

/** Longer than ten letters take, in seconds. */
const hiddenSeconds = 60;

/** A receive that waits asks all of SQS's servers, one that does not may miss letters; in seconds. */
const waitSeconds = 1;

const mostAtOnce = 10;

/** The dead letters of a queue in SQS. */
export function deadLettersInSqs({ url, deadLetterUrl, isFifo }: StageQueue): DeadLetters {
  const client = new SQSClient(awsClientConfig(backgroundBudget));
  const QueueUrl = deadLetterUrl;

  async function take(count: number): Promise<DeadLetter[]> {
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: Math.min(count, mostAtOnce),
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
    );
    return Messages.map((message) => ({
      ...letterSchema.parse(message),
      messageAttributes: message.MessageAttributes,
    }));
  }

  async function release(letters: readonly DeadLetter[]): Promise<void> {
    await Promise.all(
      letters.map(({ receiptHandle: ReceiptHandle }) =>
        client.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
        ),
      ),
    );
  }

  return {
    take,
    orderOf: ({ id, groupId }) => (isFifo && groupId) || id,
    async sendBack({ id, body, groupId, messageAttributes }) {
      const input: SendMessageCommandInput = {
        QueueUrl: url,
        MessageBody: body,
        ...(groupId !== undefined && { MessageGroupId: groupId }),
        // Its first one may have been sent within these five minutes; and what is sent twice here is one.
        ...(isFifo && { MessageDeduplicationId: id }),
        ...(messageAttributes && { MessageAttributes: messageAttributes }),
      };
      await client.send(new SendMessageCommand(input));
      return undefined;
    },
    async remove({ receiptHandle: ReceiptHandle }) {
      await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    },
    release,
    async peek(count) {
      const letters: DeadLetter[] = [];
      try {
        while (letters.length < count) {
          const more = await take(count - letters.length);
          if (more.length === 0) break;
          letters.push(...more);
        }
      } finally {
        await release(letters);
      }
      return letters;
    },
  };
}
