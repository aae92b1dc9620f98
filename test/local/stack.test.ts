import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { type LocalStack, startStack } from '../../local/stack.ts';
import { allow, lambda, removeAssemblies, writeAssembly } from './tiny-assembly.ts';

/** Takes a request's `items` to the queue; every other `mode` is a way to look at the run itself. */
const intake = `
const { SQSClient, SendMessageBatchCommand, GetQueueUrlCommand } = require('@aws-sdk/client-sqs');
const { S3Client, PutObjectCommand, GetObjectCommand } = require('@aws-sdk/client-s3');
const sqs = new SQSClient({});
const s3 = new S3Client({});
const modes = {
  async items({ items }) {
    const Entries = items.map((item, index) => ({ Id: String(index), MessageBody: JSON.stringify(item) }));
    await sqs.send(new SendMessageBatchCommand({ QueueUrl: process.env.QUEUE_URL, Entries }));
  },
  async object({ key }) {
    await s3.send(new PutObjectCommand({ Bucket: process.env.BUCKET, Key: key, Body: 'content of ' + key }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: process.env.BUCKET, Key: key }));
    return { content: await Body.transformToString() };
  },
  missing: () => s3.send(new GetObjectCommand({ Bucket: process.env.BUCKET, Key: 'open/missing' })),
  queueUrl: () => sqs.send(new GetQueueUrlCommand({ QueueName: process.env.QUEUE_URL.split('/').pop() })),
  environment: () => process.env,
  hang: () => new Promise((resolve) => setTimeout(resolve, 60_000)),
  crash: () => process.exit(3),
};
export const handler = async (event) => {
  const body = JSON.parse(event.body);
  try {
    return { pid: process.pid, ...(await modes[body.mode](body)) };
  } catch (error) {
    return { name: error.name, message: error.message };
  }
};`;

/** Stores each message as an item; fails those that say so. */
const worker = `
const { DynamoDBClient, PutItemCommand } = require('@aws-sdk/client-dynamodb');
const dynamodb = new DynamoDBClient({});
export const handler = async ({ Records }) => {
  const batchItemFailures = [];
  for (const { messageId, body } of Records) {
    const { id, fails = 0, poison = false } = JSON.parse(body);
    if (poison) batchItemFailures.push({ itemIdentifier: messageId });
    else {
      const Item = { pk: { S: id }, fails: { N: String(fails) } };
      await dynamodb.send(new PutItemCommand({ TableName: process.env.TABLE_NAME, Item }));
    }
  }
  return { batchItemFailures };
};`;

/** Sends each change on; fails an item's record as often as the item says. */
const publisher = `
const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');
const sqs = new SQSClient({});
const attempts = new Map();
let invocations = 0;
export const handler = async ({ Records }) => {
  invocations += 1;
  for (const { eventName, dynamodb } of Records) {
    const id = dynamodb.Keys.pk.S;
    attempts.set(id, (attempts.get(id) ?? 0) + 1);
    if (attempts.get(id) <= Number(dynamodb.NewImage.fails.N)) {
      return { batchItemFailures: [{ itemIdentifier: dynamodb.SequenceNumber }] };
    }
    await sqs.send(new SendMessageCommand({
      QueueUrl: process.env.QUEUE_URL,
      MessageGroupId: id,
      MessageDeduplicationId: id + invocations,
      MessageBody: JSON.stringify({ id, eventName, attempts: attempts.get(id), invocations }),
    }));
  }
};`;

const template = {
  Resources: {
    Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { ProtocolType: 'HTTP' } },
    Integration: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: { 'Fn::GetAtt': ['Intake', 'Arn'] },
        PayloadFormatVersion: '2.0',
      },
    },
    Route: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Api' },
        RouteKey: 'POST /in',
        Target: { 'Fn::Join': ['/', ['integrations', { Ref: 'Integration' }]] },
      },
    },
    DeadLetters: { Type: 'AWS::SQS::Queue' },
    Work: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 1,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] },
          maxReceiveCount: 2,
        },
      },
    },
    Out: { Type: 'AWS::SQS::Queue', Properties: { FifoQueue: true } },
    Bucket: { Type: 'AWS::S3::Bucket' },
    Table: {
      Type: 'AWS::DynamoDB::GlobalTable',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      },
    },
    ...lambda(
      'Intake',
      [
        allow(['sqs:SendMessage', 'sqs:GetQueueUrl'], 'Work'),
        allow(['s3:PutObject', 's3:GetObject'], 'Bucket', '/open/*'),
      ],
      {
        Timeout: 2,
        Environment: {
          Variables: { QUEUE_URL: { Ref: 'Work' }, BUCKET: { Ref: 'Bucket' }, MODE: 'template' },
        },
      },
    ),
    ...lambda(
      'Worker',
      [
        allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], 'Work'),
        allow('dynamodb:PutItem', 'Table'),
      ],
      { Timeout: 10, Environment: { Variables: { TABLE_NAME: { Ref: 'Table' } } } },
    ),
    ...lambda(
      'Publisher',
      [
        allow(
          ['dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:DescribeStream'],
          'Table',
          '/stream/*',
        ),
        allow('sqs:SendMessage', 'Out'),
      ],
      { Timeout: 10, Environment: { Variables: { QUEUE_URL: { Ref: 'Out' } } } },
    ),
    WorkMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Worker' },
        EventSourceArn: { 'Fn::GetAtt': ['Work', 'Arn'] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
      },
    },
    StreamMapping: {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        FunctionName: { Ref: 'Publisher' },
        EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        StartingPosition: 'TRIM_HORIZON',
        MaximumBatchingWindowInSeconds: 1,
      },
    },
  },
  Outputs: {
    InboxEventsQueueUrl: { Value: { Ref: 'Out' } },
    DeadLettersUrl: { Value: { Ref: 'DeadLetters' } },
    WorkUrl: { Value: { Ref: 'Work' } },
    TableName: { Value: { Ref: 'Table' } },
  },
};

const answerSchema = z.looseObject({ pid: z.number() });
const messagesSchema = z.object({ Messages: z.array(z.object({ Body: z.string() })).default([]) });
const eventSchema = z.object({ id: z.string(), attempts: z.number(), invocations: z.number() });
const countsSchema = z.array(
  z.object({ function: z.string(), service: z.string(), action: z.string(), count: z.number() }),
);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

afterAll(removeAssemblies);

describe('a stack booted from a template', () => {
  const assemblyDir = writeAssembly(template, {
    Intake: intake,
    Worker: worker,
    Publisher: publisher,
  });
  const logged: string[] = [];
  let stack: LocalStack;

  beforeAll(async () => {
    stack = await startStack({
      assemblyDir,
      logDir: path.join(assemblyDir, 'logs'),
      environment: async () => ({ MODE: 'overridden', UNDECLARED: 'ignored' }),
      log: (line) => logged.push(line),
    });
  });
  afterAll(() => stack?.stop());

  const post = async (target: string, body: object): Promise<{ status: number; body: unknown }> => {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(stack.url + target, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    return { status: answer.status, body: await answer.json() };
  };
  const events = async (count: number): Promise<z.infer<typeof eventSchema>[]> => {
    const answer = await fetch(`${stack.url}/_local/events?after=${count - 1}&wait=10`);
    expect(await answer.json()).toMatchObject([{ n: count }]);
    const all = await fetch(`${stack.url}/_local/events`);
    return z
      .array(z.object({ event: eventSchema }))
      .parse(await all.json())
      .map(({ event }) => event);
  };
  const countOf = async (name: string, action: string): Promise<number> => {
    const counts = countsSchema.parse(await (await fetch(`${stack.url}/_local/requests`)).json());
    return counts.find((entry) => entry.function === name && entry.action === action)?.count ?? 0;
  };

  it('takes a request through queue, table and stream, redrives what fails and keeps the rest', async () => {
    const items = [{ id: 'a' }, { id: 'poison', poison: true }, { id: 'b', fails: 2 }, { id: 'c' }];
    expect(await post('/in', { mode: 'items', items })).toMatchObject({ status: 200 });

    const published = await events(3);
    expect(published.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    // a was in the batch that failed at b, and went before it: only b and what follows came again.
    expect(published.map(({ attempts }) => attempts)).toEqual([1, 3, 1]);
    expect(published.map(({ invocations }) => invocations)).toEqual([1, 3, 3]);

    const received = await stack.awsCall('sqs', 'ReceiveMessage', {
      QueueUrl: stack.outputs['DeadLettersUrl'],
      WaitTimeSeconds: 5,
    });
    expect(messagesSchema.parse(received).Messages).toMatchObject([
      { Body: expect.stringContaining('poison') },
    ]);
  });

  it('denies what the role does not allow, and says so once', async () => {
    expect(await post('/in', { mode: 'object', key: 'open/x y' })).toMatchObject({
      body: { content: 'content of open/x y' },
    });
    for (const _ of [1, 2]) {
      expect(await post('/in', { mode: 'object', key: 'secret/x' })).toMatchObject({
        body: {
          name: 'AccessDenied',
          message: expect.stringMatching(
            /Intake .* s3:PutObject on arn:aws:s3:::tiny-bucket\/secret\/x: no statement of role tiny-IntakeRole allows it/,
          ),
        },
      });
    }
    expect(logged.filter((line) => line.includes('s3:PutObject'))).toHaveLength(1);
  });

  it('tells only who may list a bucket that an object does not exist', async () => {
    expect(await post('/in', { mode: 'missing' })).toMatchObject({
      body: { name: 'AccessDenied', message: expect.stringContaining('s3:ListBucket') },
    });
  });

  it('keeps the queue URLs that engines give out at the gateway', async () => {
    const { body } = await post('/in', { mode: 'queueUrl' });
    expect(body).toMatchObject({ QueueUrl: stack.outputs['WorkUrl'] });
  });

  it('gives a function the variables of the template and of Lambda, and no others', async () => {
    const { body } = await post('/in', { mode: 'environment' });
    expect(body).toMatchObject({
      MODE: 'overridden',
      AWS_LAMBDA_FUNCTION_NAME: 'tiny-Intake',
      AWS_ENDPOINT_URL: stack.awsEndpoint,
      AWS_REGION: 'eu-west-1',
    });
    expect(body).not.toHaveProperty('UNDECLARED');
    expect(body).not.toHaveProperty('HOME');
  });

  it('injects faults by service, action and function', async () => {
    const sent = await countOf('Intake', 'SendMessageBatch');
    const fault = { service: 'sqs', action: 'SendMessageBatch', function: 'Intake' };
    await post('/_local/faults', { ...fault, error: 'throttle' });
    await post('/_local/faults', { ...fault, error: 'dropAnswer' });
    const { body } = await post('/in', { mode: 'items', items: [{ id: 'faults' }] });
    expect(body).not.toHaveProperty('message'); // the SDK tried again
    expect(await countOf('Intake', 'SendMessageBatch')).toBe(sent + 3);

    await post('/_local/faults', { ...fault, error: 'accessDenied' });
    expect((await post('/in', { mode: 'items', items: [] })).body).toMatchObject({
      name: 'AccessDeniedException',
    });
    await post('/_local/faults', { ...fault, error: 'unavailable', count: 9 });
    const { body: ended } = await post('/_local/faults', { clear: true });
    expect(ended).toMatchObject([{ error: 'unavailable' }]);
    expect((await post('/_local/faults', { clear: true })).body).toEqual([]);
    expect(await post('/_local/faults', { error: 'flood' })).toMatchObject({ status: 400 });
  });

  it('kills a function at its timeout and survives its crash, each time with a new process', async () => {
    const { pid } = answerSchema.parse((await post('/in', { mode: 'environment' })).body);
    const failure = { status: 500, body: { message: 'Internal Server Error' } };
    expect(await post('/in', { mode: 'crash' })).toEqual(failure);
    expect(await post('/in', { mode: 'hang' })).toEqual(failure);
    expect(logged.at(-1)).toContain('Task timed out after 2.00 seconds');
    expect(answerSchema.parse((await post('/in', { mode: 'environment' })).body).pid).not.toBe(pid);
    expect(isRunning(pid)).toBe(false);
  });

  it('answers as API Gateway where there is no route or too much body', async () => {
    expect(await post('/out', {})).toEqual({ status: 404, body: { message: 'Not Found' } });
    expect(await post('/in', { long: 'x'.repeat(6_300_000) })).toEqual({
      status: 413,
      body: { message: 'Request Entity Too Large' },
    });
  });

  it('starts a dead DynamoDB engine again with its data', async () => {
    const killed = stack.dynamoDbPid() ?? 0;
    process.kill(killed, 'SIGKILL');
    while (isRunning(killed)) await delay(1);
    const TableName = stack.outputs['TableName'];
    const read = () => stack.awsCall('dynamodb', 'GetItem', { TableName, Key: { pk: { S: 'a' } } });
    expect(await read()).toMatchObject({ Item: { pk: { S: 'a' } } });
    expect(stack.dynamoDbPid()).not.toBe(killed);

    await post('/in', { mode: 'items', items: [{ id: 'after' }] });
    const published = await events(5);
    expect(published.map(({ id }) => id)).toContain('after');
  });

  it('stops with every process', async () => {
    const { pid } = answerSchema.parse((await post('/in', { mode: 'environment' })).body);
    const pids = [pid, stack.dynamoDbPid() ?? 0];
    expect(pids.map(isRunning)).toEqual([true, true]);
    await stack.stop();
    await stack.stop();
    await delay(20);
    expect(pids.map(isRunning)).toEqual([false, false]);
    await expect(fetch(stack.url)).rejects.toThrow('fetch failed');
  });
});

describe('a template that cannot be booted', () => {
  const boot = (Resources: object, handlers = {}) => {
    const assemblyDir = writeAssembly({ Resources }, handlers);
    return startStack({ assemblyDir, logDir: path.join(assemblyDir, 'logs'), log: () => {} });
  };

  it('names a resource type that nobody knows', async () => {
    const resources = { Cluster: { Type: 'AWS::ECS::Cluster' } };
    await expect(boot(resources)).rejects.toThrow('tiny/Cluster (AWS::ECS::Cluster)');
  });

  it('names the rights that polling needs and the role does not have', async () => {
    const { Work, DeadLetters, WorkMapping } = template.Resources;
    const resources = {
      Work,
      DeadLetters,
      WorkMapping,
      ...lambda('Worker', [allow('sqs:*Message', 'Work')]),
    };
    const handlers = { Worker: 'export const handler = () => {};' };
    await expect(boot(resources, handlers)).rejects.toThrow(
      /tiny-WorkerRole .*\n.*sqs:GetQueueAttributes/,
    );
  });

  it('shows why a function does not initialise', async () => {
    const handlers = { Broken: 'throw new Error("no configuration");' };
    await expect(boot(lambda('Broken', []), handlers)).rejects.toThrow(
      /Broken .*\n.*no configuration/,
    );
  });
});
