import * as sdkDynamoDb from '@aws-sdk/client-dynamodb';
import * as sdkSqs from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import * as ourDynamoDb from '../../shared/runtime/aws-json/dynamodb.ts';
import * as ourSqs from '../../shared/runtime/aws-json/sqs.ts';
import { type Engines, startEngines } from './engines.ts';

let engines: Engines;

beforeAll(async () => {
  engines = await startEngines();
});

afterAll(() => engines.stop());

const config = awsClientConfig(backgroundBudget);

/** A request by our client, and by the SDK's. */
interface Step {
  ours(): Promise<unknown>;
  theirs(): Promise<unknown>;
}

function step<Input>(
  input: Input,
  ours: (input: Input) => Promise<unknown>,
  theirs: (input: Input) => Promise<unknown>,
): Step {
  return { ours: () => ours(input), theirs: () => theirs(input) };
}

/** What callers see of an output or of an error, one after the other. */
async function outcomesOf(steps: readonly Step[], whose: keyof Step): Promise<unknown[]> {
  const outcomes: unknown[] = [];
  for (const step of steps) {
    const outcome = await step[whose]().then(
      (output) => ({ ...Object(output), $metadata: undefined }),
      (error: unknown) => {
        const { name, message, Item, CancellationReasons, $metadata } = Object(error);
        const { httpStatusCode } = $metadata;
        return { name, message, Item, CancellationReasons, httpStatusCode };
      },
    );
    outcomes.push(outcome);
  }
  return outcomes;
}

it("DynamoDB gives our client what it gives the SDK's", async () => {
  const { tableName: TableName } = engines;
  const ours = new ourDynamoDb.DynamoDBClient(config);
  const theirs = new sdkDynamoDb.DynamoDBClient(config);
  const keyOf = (pk: string) => ({ pk: { S: pk }, sk: { S: 'A' } });
  const bytes = { bytes: { B: new Uint8Array([0, 255, 7]) }, all: { M: { n: { N: '1' } } } };
  const once = { ConditionExpression: 'attribute_not_exists(pk)' };

  const put = (input: sdkDynamoDb.PutItemCommandInput) =>
    step(
      input,
      (each) => ours.send(new ourDynamoDb.PutItemCommand(each)),
      (each) => theirs.send(new sdkDynamoDb.PutItemCommand(each)),
    );
  const update = (input: sdkDynamoDb.UpdateItemCommandInput) =>
    step(
      input,
      (each) => ours.send(new ourDynamoDb.UpdateItemCommand(each)),
      (each) => theirs.send(new sdkDynamoDb.UpdateItemCommand(each)),
    );
  const get = (pk: string) =>
    step(
      { TableName, Key: keyOf(pk) },
      (each) => ours.send(new ourDynamoDb.GetItemCommand(each)),
      (each) => theirs.send(new sdkDynamoDb.GetItemCommand(each)),
    );
  const steps = [
    put({ TableName, Item: { ...keyOf('one'), ...bytes } }),
    put({
      ...{ TableName, Item: keyOf('one'), ...once },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    }),
    put({ TableName: 'nowhere', Item: keyOf('one') }),
    get('one'),
    get('nobody'),
    update({
      ...{ TableName, Key: keyOf('one'), UpdateExpression: 'SET v = :v' },
      ...{ ExpressionAttributeValues: { ':v': { S: 'أهلا 👋' } }, ReturnValues: 'ALL_NEW' },
    }),
    update({ TableName, Key: keyOf('one'), UpdateExpression: 'SET' }),
    step(
      {
        ...{ TableName, KeyConditionExpression: 'pk = :pk' },
        ExpressionAttributeValues: { ':pk': { S: 'one' } },
      },
      (each) => ours.send(new ourDynamoDb.QueryCommand(each)),
      (each) => theirs.send(new sdkDynamoDb.QueryCommand(each)),
    ),
    step(
      { RequestItems: { [TableName]: { Keys: [keyOf('one'), keyOf('two')] } } },
      (each) => ours.send(new ourDynamoDb.BatchGetItemCommand(each)),
      (each) => theirs.send(new sdkDynamoDb.BatchGetItemCommand(each)),
    ),
    step(
      {
        Statements: ['one', 'one'].map((pk) => ({
          Statement: `INSERT INTO "${TableName}" VALUE {'pk': '${pk}', 'sk': 'A'}`,
        })),
      },
      (each) => ours.send(new ourDynamoDb.BatchExecuteStatementCommand(each)),
      (each) => theirs.send(new sdkDynamoDb.BatchExecuteStatementCommand(each)),
    ),
    step(
      {
        TransactItems: [
          { Put: { TableName, Item: keyOf('three') } },
          { Put: { TableName, Item: keyOf('one'), ...once } },
        ],
      },
      (each) => ours.send(new ourDynamoDb.TransactWriteItemsCommand(each)),
      (each) => theirs.send(new sdkDynamoDb.TransactWriteItemsCommand(each)),
    ),
    step(
      { TableName, Key: keyOf('one'), ReturnValues: 'ALL_OLD' as const },
      (each) => ours.send(new ourDynamoDb.DeleteItemCommand(each)),
      (each) => theirs.send(new sdkDynamoDb.DeleteItemCommand(each)),
    ),
  ];
  expect(await outcomesOf(steps, 'ours')).toEqual(await outcomesOf(steps, 'theirs'));
});

it("SQS gives our client what it gives the SDK's", async () => {
  const { queueUrl: QueueUrl } = engines;
  const ours = new ourSqs.SQSClient(config);
  const theirs = new sdkSqs.SQSClient(config);
  const names: sdkSqs.QueueAttributeName[] = ['VisibilityTimeout', 'QueueArn'];
  const steps = [
    step(
      {
        QueueUrl,
        Entries: ['أهلا', '', 'x'].map((MessageBody, index) => ({
          Id: String(index),
          MessageBody,
          MessageAttributes: { kind: { DataType: 'String', StringValue: 'test' } },
        })),
      },
      (each) => ours.send(new ourSqs.SendMessageBatchCommand(each)),
      (each) => theirs.send(new sdkSqs.SendMessageBatchCommand(each)),
    ),
    ...[QueueUrl, `${QueueUrl}-nowhere`].map((url) =>
      step(
        { QueueUrl: url, AttributeNames: names },
        (each) => ours.send(new ourSqs.GetQueueAttributesCommand(each)),
        (each) => theirs.send(new sdkSqs.GetQueueAttributesCommand(each)),
      ),
    ),
    step(
      { QueueUrl, ReceiptHandle: 'none', VisibilityTimeout: 1 },
      (each) => ours.send(new ourSqs.ChangeMessageVisibilityCommand(each)),
      (each) => theirs.send(new sdkSqs.ChangeMessageVisibilityCommand(each)),
    ),
  ];
  // Each message has an id of its own.
  const comparable = (outcomes: unknown[]) =>
    JSON.stringify(outcomes).replace(/"MessageId":"[^"]+"/g, '');
  expect(comparable(await outcomesOf(steps, 'ours'))).toBe(
    comparable(await outcomesOf(steps, 'theirs')),
  );
});
