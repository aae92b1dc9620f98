import { GetQueueAttributesCommand, type QueueAttributeName, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { parseJson } from '../json.ts';
import { awsClientConfig, interactiveBudget } from '../runtime/aws-client.ts';
import type { QueueDepth, QueueDepths } from './queue-depths.port.ts';

const count = z.coerce.number().int();

const attributesSchema = z.object({
  ApproximateNumberOfMessages: count,
  ApproximateNumberOfMessagesNotVisible: count,
  ApproximateNumberOfMessagesDelayed: count,
  RedrivePolicy: z
    .string()
    .transform((text) => {
      const json = parseJson(text);
      return json.ok ? json.value : undefined;
    })
    .pipe(z.object({ deadLetterTargetArn: z.string() })),
});

/** The queues in SQS, by their names here. @param queueUrls main queues; each names its dead-letter queue itself */
export function queueDepthsInSqs(queueUrls: Readonly<Record<string, string>>): QueueDepths {
  const client = new SQSClient(awsClientConfig(interactiveBudget));

  async function attributesOf(url: string, names: QueueAttributeName[]) {
    const { Attributes } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: names }),
    );
    return Attributes;
  }

  async function depthOf(name: string, url: string): Promise<QueueDepth> {
    const attributes = attributesSchema.parse(await attributesOf(url, ['All']));
    const { deadLetterTargetArn: arn } = attributes.RedrivePolicy;
    const dead = attributesSchema
      .pick({ ApproximateNumberOfMessages: true })
      .parse(await attributesOf(siblingUrl(url, arn), ['ApproximateNumberOfMessages']));
    return {
      name,
      waiting: attributes.ApproximateNumberOfMessages,
      held:
        attributes.ApproximateNumberOfMessagesNotVisible +
        attributes.ApproximateNumberOfMessagesDelayed,
      deadLetters: dead.ApproximateNumberOfMessages,
    };
  }

  return {
    read: () => Promise.all(Object.entries(queueUrls).map(([name, url]) => depthOf(name, url))),
  };
}

/** A dead-letter queue is in the account and region of its queue. Source: SQS Developer Guide, "Dead-letter queues". */
function siblingUrl(url: string, arn: string): string {
  return `${url.slice(0, url.lastIndexOf('/'))}/${arn.slice(arn.lastIndexOf(':') + 1)}`;
}
