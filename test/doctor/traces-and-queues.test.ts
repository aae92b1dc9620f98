import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ledgerInDynamoDb } from '../../lambdas/ingest/ledger.dynamodb.ts';
import { mediaErrorsInDynamoDb } from '../../lambdas/media/media-errors.dynamodb.ts';
import { queueDepthsInSqs } from '../../shared/doctor/queue-depths.sqs.ts';
import { tracesInDynamoDb } from '../../shared/doctor/traces.dynamodb.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { type Engines, startEngines } from '../contract/engines.ts';

let engines: Engines;
beforeAll(async () => {
  engines = await startEngines();
});
afterAll(() => engines.stop());

async function createQueue(name: string, attributes: Record<string, string> = {}) {
  await engines.sqs.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  const QueueUrl = engines.queueUrl.replace(/[^/]+$/, name);
  const { Attributes } = await engines.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  return { url: QueueUrl, arn: Attributes?.['QueueArn'] ?? '' };
}

describe('the depths of queues in SQS', () => {
  it('are counted, those of the dead-letter queue too', async () => {
    const dead = await createQueue('doctor-dead');
    const policy = { deadLetterTargetArn: dead.arn, maxReceiveCount: 3 };
    const main = await createQueue('doctor', { RedrivePolicy: JSON.stringify(policy) });
    for (const [QueueUrl, MessageBody] of [
      [main.url, 'one'],
      [main.url, 'two'],
      [dead.url, 'three'],
    ]) {
      await engines.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    }
    expect(await queueDepthsInSqs({ jobs: main.url }).read()).toEqual([
      { name: 'jobs', waiting: 2, held: 0, deadLetters: { waiting: 1, arn: dead.arn } },
    ]);
  });

  it('cannot be read where a queue has no dead-letter queue', async () => {
    const { url } = await createQueue('doctor-alone');
    await expect(queueDepthsInSqs({ jobs: url }).read()).rejects.toThrow();
  });
});

describe('the traces in DynamoDB', () => {
  const at = new Date('2026-11-22T12:30:00.000Z');
  const reader = () => tableReader(engines.dynamoDb, engines.tableName);

  it('are what the functions have written', async () => {
    const traces = tracesInDynamoDb(reader());
    expect(await traces.lastTestWebhook()).toBeUndefined();
    expect(await traces.mediaErrors('2001', at)).toBe(0);
    const { tableName, dynamoDb } = engines;
    const ledger = ledgerInDynamoDb(dynamoDb, { tableName, retentionDays: 30, now: () => at });
    await ledger.recordTestWebhook('2026-11-22T10:00:00.000Z');
    const errors = mediaErrorsInDynamoDb(dynamoDb, { tableName, reader: reader() });
    await errors.countOfNumber('2001', at);
    await errors.countOfNumber('2001', at);
    expect(await traces.lastTestWebhook()).toBe('2026-11-22T10:00:00.000Z');
    expect(await traces.mediaErrors('2001', at)).toBe(2);
    expect(await traces.mediaErrors('2002', at)).toBe(0);
  });
});
