import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jest } from '@jest/globals';
import * as z from 'zod';
import type { Emitted } from '../../local/dashboard/emitted.ts';
import type { Invocation } from '../../local/functions.ts';
import type { LocalStack } from '../../local/stack.ts';
import { parseJson } from '../../shared/json.ts';

const sqsEventSchema = z.object({
  Records: z.array(
    z.object({
      eventSourceARN: z.string(),
      attributes: z.object({ SentTimestamp: z.coerce.number() }),
    }),
  ),
});
const streamEventSchema = z.object({
  Records: z.array(z.object({ dynamodb: z.object({ ApproximateCreationDateTime: z.number() }) })),
});
const errorLineSchema = z.object({
  timestamp: z.string(),
  level: z.literal('ERROR'),
  message: z.object({ errorType: z.string() }),
});
const depthSchema = z.object({
  Attributes: z.object({ ApproximateNumberOfMessages: z.coerce.number() }),
});

/** Those of AWS's own metrics that the local run can tell of, under AWS's names. */
export interface AwsMetrics {
  /** Takes every invocation: how long what a function gets has waited. */
  onInvocation(invocation: Invocation): void;
  /** Takes every answer of an API. */
  onAnswer(apiId: string, status: number): void;
  /**
   * What was taken until now, what functions have failed by their logs, and how much is in dead-letter queues
   * and the stream's failure bucket.
   */
  all(stack: LocalStack, logDir: string): Promise<Emitted[]>;
}

/** Starts without any. Functions are known by their names, as are queues. */
export function createAwsMetrics(): AwsMetrics {
  const taken: Emitted[] = [];
  const names = new Map<string, string>();

  function take(of: Omit<Emitted, 'atMs'>): void {
    taken.push(at(of));
  }

  return {
    onInvocation({ spec, event }) {
      const nowMs = Date.now();
      names.set(spec.shortName, spec.name);
      const { Records: messages = [] } = sqsEventSchema.safeParse(event).data ?? {};
      for (const { eventSourceARN, attributes } of messages) {
        take({
          ...{ namespace: 'AWS/SQS', name: 'ApproximateAgeOfOldestMessage' },
          dimensions: { QueueName: eventSourceARN.split(':').at(-1) ?? '' },
          value: (nowMs - attributes.SentTimestamp) / 1000,
        });
      }
      const { Records: changes = [] } = streamEventSchema.safeParse(event).data ?? {};
      for (const { dynamodb } of changes) {
        take({
          ...{ namespace: 'AWS/Lambda', name: 'IteratorAge' },
          dimensions: { FunctionName: spec.name },
          value: nowMs - dynamodb.ApproximateCreationDateTime * 1000,
        });
      }
    },
    onAnswer(ApiId, status) {
      const value = status >= 500 ? 1 : 0;
      take({ namespace: 'AWS/ApiGateway', name: '5xx', dimensions: { ApiId }, value });
    },
    async all(stack, logDir) {
      const errors = [...names].flatMap(([shortName, FunctionName]) =>
        errorsIn(path.join(logDir, `${shortName}.log`)).map((atMs) => ({
          ...{ namespace: 'AWS/Lambda', name: 'Errors', dimensions: { FunctionName } },
          ...{ value: 1, atMs },
        })),
      );
      return [...taken, ...errors, ...(await deadLetters(stack)), ...(await givenUp(stack))];
    },
  };
}

/** When a function has failed an invocation, in epoch ms: its runtime logs the error as an object. */
function errorsIn(file: string): number[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text) => {
      const json = parseJson(text);
      const { data } = errorLineSchema.safeParse(json.ok ? json.value : undefined);
      return data ? [Date.parse(data.timestamp)] : [];
    });
}

/** Under the real time, as functions do. */
function at(of: Omit<Emitted, 'atMs'>): Emitted {
  return { ...of, atMs: jest.getRealSystemTime() };
}

function deadLetters({ resources, awsCall }: LocalStack): Promise<Emitted[]> {
  const queues = resources.filter(
    ({ ResourceType, LogicalResourceId }) =>
      ResourceType === 'AWS::SQS::Queue' && LogicalResourceId.includes('DeadLetters'),
  );
  return Promise.all(
    queues.map(async ({ PhysicalResourceId: QueueUrl = '' }) => {
      const AttributeNames = ['ApproximateNumberOfMessages'];
      const answer = await awsCall('sqs', 'GetQueueAttributes', { QueueUrl, AttributeNames });
      return at({
        ...{ namespace: 'AWS/SQS', name: 'ApproximateNumberOfMessagesVisible' },
        dimensions: { QueueName: QueueUrl.split('/').at(-1) ?? '' },
        value: depthSchema.parse(answer).Attributes.ApproximateNumberOfMessages,
      });
    }),
  );
}

/** An object for each batch of records that Lambda has set aside, under its mapping's id. */
async function givenUp({ resources, awsEndpoint }: LocalStack): Promise<Emitted[]> {
  const bucket = resources.find(({ LogicalResourceId }) =>
    LogicalResourceId.startsWith('RawBucket'),
  );
  const answer = await fetch(
    `${awsEndpoint}/${bucket?.PhysicalResourceId}?list-type=2&prefix=aws/lambda/`,
  );
  const keys = (await answer.text()).matchAll(/<Key>aws\/lambda\/([^/]+)\//g);
  return [...keys].map(([, EventSourceMappingUUID = '']) =>
    at({
      ...{ namespace: 'AWS/Lambda', name: 'OnFailureDestinationDeliveredEventCount' },
      ...{ dimensions: { EventSourceMappingUUID }, value: 1 },
    }),
  );
}
