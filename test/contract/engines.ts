import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startDynamoDb } from '../../local/engines/dynoxide.ts';
import { startFauxqs } from '../../local/engines/fauxqs.ts';

/** Real engines with one table, one bucket and three queues in them. */
export interface Engines {
  dynamoDb: DynamoDBClient;
  tableName: string;
  indexName: string;
  bucket: string;
  queueUrl: string;
  fifoQueueUrl: string;
  secondFifoQueueUrl: string;
  sqs: SQSClient;
  stop(): Promise<void>;
}

/** Starts the engines and points every client that the adapters make at them. */
export async function startEngines(): Promise<Engines> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-contract-'));
  const [table, queues] = await Promise.all([
    startDynamoDb(directory, (line) => console.error(line)),
    startFauxqs(),
  ]);
  Object.assign(process.env, {
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'contract',
    AWS_SECRET_ACCESS_KEY: 'contract',
    AWS_ENDPOINT_URL_DYNAMODB: await table.address(),
    AWS_ENDPOINT_URL_SQS: await queues.address(),
    AWS_ENDPOINT_URL_S3: await queues.address(),
  });
  const dynamoDb = new DynamoDBClient({});
  const sqs = new SQSClient({});
  const tableName = 'Contract';
  const indexName = 'Listing';
  const bucket = 'contract';
  await dynamoDb.send(
    new CreateTableCommand({
      TableName: tableName,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
        { AttributeName: 'listing', AttributeType: 'S' },
        { AttributeName: 'listingOrder', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: indexName,
          KeySchema: [
            { AttributeName: 'listing', KeyType: 'HASH' },
            { AttributeName: 'listingOrder', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    }),
  );
  await new S3Client({}).send(new CreateBucketCommand({ Bucket: bucket }));
  const queueUrl = async (name: string, Attributes: Record<string, string>) => {
    await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
    // Not the URL in the answer: its host is a name that only AWS resolves.
    return `${await queues.address()}/000000000000/${name}`;
  };
  return {
    dynamoDb,
    tableName,
    indexName,
    bucket,
    queueUrl: await queueUrl('contract', {}),
    fifoQueueUrl: await queueUrl('contract.fifo', { FifoQueue: 'true' }),
    secondFifoQueueUrl: await queueUrl('contract-two.fifo', { FifoQueue: 'true' }),
    sqs,
    async stop() {
      dynamoDb.destroy();
      sqs.destroy();
      await Promise.all([table.stop(), queues.stop()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
