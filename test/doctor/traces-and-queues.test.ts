import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ledgerInDynamoDb } from '../../lambdas/ingest/ledger.dynamodb.ts';
import { mediaErrorsInDynamoDb } from '../../lambdas/media/media-errors.dynamodb.ts';
import { connectionsInDynamoDb } from '../../shared/connections/connections.dynamodb.ts';
import { occasionalNotes } from '../../shared/doctor/occasional-notes.ts';
import { queueDepthsInSqs } from '../../shared/doctor/queue-depths.sqs.ts';
import { sightingsInDynamoDb } from '../../shared/doctor/sightings.dynamodb.ts';
import type { Sighting } from '../../shared/doctor/sightings.port.ts';
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
      { name: 'jobs', waiting: 2, held: 0, deadLetters: 1 },
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
    const ledger = ledgerInDynamoDb(dynamoDb, {
      tableName,
      retentionDays: async () => 30,
      now: () => at,
    });
    await ledger.recordTestWebhook('2026-11-22T10:00:00.000Z');
    const errors = mediaErrorsInDynamoDb(dynamoDb, { tableName, reader: reader() });
    await errors.countOfNumber('2001', at);
    await errors.countOfNumber('2001', at);
    expect(await traces.lastTestWebhook()).toBe('2026-11-22T10:00:00.000Z');
    expect(await traces.mediaErrors('2001', at)).toBe(2);
    expect(await traces.mediaErrors('2002', at)).toBe(0);
  });

  it('say when an organisation has connected an account', async () => {
    const traces = tracesInDynamoDb(reader());
    expect(await traces.connectedAt('north', '1001')).toBeUndefined();
    const { tableName, dynamoDb } = engines;
    const connections = connectionsInDynamoDb(dynamoDb, { tableName, reader: reader() });
    const connectedAt = '2026-11-22T10:00:00.000Z';
    await connections.change({ organizationId: 'north', wabaId: '1001' }, () => ({
      ...{ organizationId: 'north', wabaId: '1001', state: 'active', source: 'by-hand' },
      ...{ stateAt: connectedAt, connectedAt, steps: {}, numbers: [], scopes: [] },
      ...{ webhookOverride: false, restrictions: [] },
    }));
    expect(await traces.connectedAt('north', '1001')).toBe(connectedAt);
    expect(await traces.connectedAt('south', '1001')).toBeUndefined();
  });

  it('say when each kind was seen last of a number, and never go back', async () => {
    const traces = tracesInDynamoDb(reader());
    const { note } = sightingsInDynamoDb(engines.dynamoDb, engines.tableName);
    const seen: Sighting = { kind: 'webhook', organizationId: 'north', phoneNumberId: '2001' };
    expect(await traces.lastSeen(seen)).toBeUndefined();
    for (const second of ['05', '07', '06', '07']) {
      await note(seen, `2026-11-22T10:00:${second}.000Z`);
    }
    expect(await traces.lastSeen(seen)).toBe('2026-11-22T10:00:07.000Z');
    for (const other of [
      { ...seen, kind: 'file' as const },
      { ...seen, organizationId: 'south' },
      { ...seen, phoneNumberId: '2002' },
    ]) {
      expect(await traces.lastSeen(other)).toBeUndefined();
    }
    const { Item } = await engines.dynamoDb.send(
      new GetItemCommand({
        TableName: engines.tableName,
        Key: { pk: { S: 'SEEN#north' }, sk: { S: 'WEBHOOK#2001' } },
      }),
    );
    const expiresAt = Date.parse('2027-02-20T10:00:07.000Z') / 1000;
    expect(Item?.['expiresAt']).toEqual({ N: String(expiresAt) });
  });
});

describe('sightings', () => {
  const seen: Sighting = { kind: 'webhook', organizationId: 'north', phoneNumberId: '2001' };
  const time = (seconds: number) => new Date(Date.UTC(2026, 10, 22, 10, 0, seconds)).toISOString();

  function notes(fails = () => false) {
    const written: string[] = [];
    const reports: unknown[] = [];
    const note = occasionalNotes(
      {
        async note({ kind, organizationId, phoneNumberId }, at) {
          if (fails()) throw new Error('throttled');
          written.push(`${kind} ${organizationId} ${phoneNumberId} ${at.slice(14, 19)}`);
        },
      },
      (error) => reports.push(error),
    );
    return { written, reports, note };
  }

  it('are written down once a minute, each of its own', async () => {
    const { written, note } = notes();
    for (const second of [0, 1, 59, 60, 30, 119, 120]) await note([seen, seen], time(second));
    await note(
      [
        { ...seen, kind: 'file' },
        { ...seen, organizationId: 'south' },
      ],
      time(121),
    );
    expect(written).toEqual([
      ...['00:00', '01:00', '02:00'].map((at) => `webhook north 2001 ${at}`),
      ...['file north 2001 02:01', 'webhook south 2001 02:01'],
    ]);
  });

  it('disturb nobody when they cannot be written, and are written the next time', async () => {
    let isDown = true;
    const { written, reports, note } = notes(() => isDown);
    await note([seen], time(0));
    isDown = false;
    await note([seen], time(1));
    expect(written).toEqual(['webhook north 2001 00:01']);
    expect(reports).toEqual([new Error('throttled')]);
  });

  it('of any number of numbers take no more room than those of some thousands', async () => {
    const { written, note } = notes();
    for (let index = 0; index < 5000; index++) {
      await note([{ ...seen, phoneNumberId: `${index}` }], time(0));
    }
    await note([{ ...seen, phoneNumberId: '0' }], time(1));
    expect(written).toHaveLength(5000);
    await note([{ ...seen, phoneNumberId: '5000' }], time(1));
    await note([{ ...seen, phoneNumberId: '0' }], time(1));
    expect(written).toHaveLength(5002);
  });
});
