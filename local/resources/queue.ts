import * as z from 'zod';
import type { AwsClient } from '../aws-client.ts';
import {
  type AttributesOf,
  arnOf,
  parseProperties,
  physicalName,
  type Resource,
} from '../template/assembly.ts';
import { accountId } from '../template/intrinsics.ts';

const attribute = z.union([z.string(), z.number(), z.boolean()]).transform(String).optional();

const schema = z.object({
  VisibilityTimeout: attribute,
  DelaySeconds: attribute,
  MessageRetentionPeriod: attribute,
  MaximumMessageSize: attribute,
  ReceiveMessageWaitTimeSeconds: attribute,
  ContentBasedDeduplication: attribute,
  DeduplicationScope: attribute,
  FifoQueue: attribute,
  FifoThroughputLimit: attribute,
  RedrivePolicy: z
    .looseObject({ deadLetterTargetArn: z.string() })
    .transform((policy) => JSON.stringify(policy))
    .optional(),
});

function queueName(queue: Resource): string {
  const suffix = queue.property('FifoQueue') ? '.fifo' : '';
  const name = physicalName(queue, 'QueueName', 75);
  return name.endsWith('.fifo') ? name : name + suffix;
}

/** A queue's references: Ref is its URL. */
export const queueAttributes: AttributesOf = (queue) => {
  const name = queueName(queue);
  const url = `${queue.endpoints.aws}/${accountId}/${name}`;
  return { Ref: url, QueueUrl: url, Arn: arnOf(queue, 'sqs', name), QueueName: name };
};

/** Creates an AWS::SQS::Queue. */
export async function createQueue(sqs: AwsClient, queue: Resource): Promise<void> {
  const Attributes = parseProperties(queue, schema);
  await sqs('sqs', 'CreateQueue', { QueueName: queueName(queue), Attributes });
}
