import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { messageKey } from '../../shared/events/message-item.ts';
import { mediaLedgerInDynamoDb } from '../../shared/media/media-ledger.dynamodb.ts';
import type { MediaRecord } from '../../shared/media/media-record.schema.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { type Engines, startEngines } from '../contract/engines.ts';

const context = {
  callbackWaitsForEmptyEventLoop: false,
  ...{ functionName: 'whatsapp-media', functionVersion: '1', invokedFunctionArn: 'arn' },
  ...{ memoryLimitInMB: '256', awsRequestId: 'r1', logGroupName: 'g', logStreamName: 's' },
  getRemainingTimeInMillis: () => 25_000,
  ...{ done() {}, fail() {}, succeed() {} },
};

let engines: Engines;
let handler: (event: unknown) => Promise<unknown>;

const at = new Date().toISOString();
const event = {
  ...{ schemaVersion: 1, eventId: 'e1', type: 'message.received', orderKey: 'o1' },
  ...{ occurredAt: at, receivedAt: at, organizationId: 'north', phoneNumberId: '2001' },
  message: { id: 'wamid.1', type: 'audio' },
  media: { state: 'pending', kind: 'audio', mimeType: 'audio/ogg' },
  window: { expiresAt: at },
};

beforeAll(async () => {
  engines = await startEngines();
  const { dynamoDb, tableName, bucket } = engines;
  Object.assign(process.env, { TABLE_NAME: tableName, MEDIA_BUCKET: bucket });
  const module = await import('../../lambdas/media/whatsapp-media.handler.ts');
  handler = (request) => module.handler(request, context);
  const Item = {
    pk: { S: messageKey('2001', 'wamid.1') },
    sk: { S: 'MSG' },
    organizationId: { S: 'north' },
    event: { S: JSON.stringify(event) },
  };
  await dynamoDb.send(new PutItemCommand({ TableName: tableName, Item }));
});
afterAll(() => engines.stop());

async function record(next: MediaRecord): Promise<void> {
  const { dynamoDb, tableName } = engines;
  const ledger = mediaLedgerInDynamoDb(dynamoDb, {
    tableName,
    reader: tableReader(dynamoDb, tableName),
  });
  const stored = await ledger.find('2001', 'wamid.1');
  expect(stored && (await ledger.replace(stored, next))).toBe(true);
}

function call(method: string, rawPath: string, input: Record<string, string>) {
  return handler({
    rawPath,
    requestContext: { requestId: 'r1', http: { method } },
    headers: { 'content-type': 'application/json' },
    ...(method === 'GET' ? { queryStringParameters: input } : { body: JSON.stringify(input) }),
  });
}

const message = { organizationId: 'north', phoneNumberId: '2001', messageId: 'wamid.1' };
const answer = (statusCode: number, body: unknown) => ({
  statusCode,
  body: expect.stringMatching(new RegExp(JSON.stringify(body).slice(1, -1))),
});

it('a file fails, is asked for again, is stored, linked to and transcribed again', async () => {
  const retry = () => call('POST', '/whatsapp-media/retry', message);
  const link = () => call('GET', '/whatsapp-media', message);
  const transcribe = () =>
    call('POST', '/whatsapp-media/transcribe', { ...message, languages: 'ar' });
  expect(await link()).toMatchObject(answer(404, { code: 'not-found' }));
  await record({ state: 'FAILED', revision: 0, at, kind: 'audio', reason: 'unavailable' });
  expect(await retry()).toMatchObject(answer(200, { state: 'pending', revision: 1 }));
  expect(await transcribe()).toMatchObject(answer(422, { code: 'media-unusable' }));
  const file = {
    kind: 'audio',
    key: 'media/1',
    mimeType: 'audio/ogg',
    sizeBytes: 5,
    sha256: 'ab',
  } as const;
  await record({ state: 'STORED', revision: 1, at, ...file });
  expect(await link()).toMatchObject(answer(200, { mimeType: 'audio/ogg', sizeBytes: 5 }));
  expect(await retry()).toMatchObject(answer(200, { state: 'stored', revision: 1 }));
  expect(await transcribe()).toMatchObject(answer(202, { revision: 1 }));
  expect(await transcribe()).toMatchObject(answer(202, { revision: 2 }));
});

it.each([
  ['GET', '/whatsapp-media'],
  ['POST', '/whatsapp-media/retry'],
])("%s %s does not know another organisation's message", async (method, path) => {
  const other = { ...message, organizationId: 'south' };
  expect(await call(method, path, other)).toMatchObject(answer(404, { code: 'not-found' }));
});

it('an address that no route has is answered 404, a method that it does not take 405', async () => {
  expect(await call('POST', '/whatsapp-media/other', message)).toMatchObject({ statusCode: 404 });
  expect(await call('GET', '/whatsapp-media/retry', message)).toMatchObject({ statusCode: 405 });
});
