import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { listenLocally, stopServer } from '../../local/servers.ts';
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  paginateQuery,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '../../shared/runtime/aws-json/dynamodb.ts';

type Reply = (response: ServerResponse) => unknown;

const requests: { headers: IncomingMessage['headers']; body: unknown; at: number }[] = [];
let stop = async () => {};

// Without their jitter all waits are none.
beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(async () => {
  jest.restoreAllMocks();
  requests.length = 0;
  await stop();
});

/** A client of a service that gives these replies, the last of them for ever. */
async function clientOf(replies: readonly Reply[], requestTimeout = 2000): Promise<DynamoDBClient> {
  const server = createServer(async (request, response) => {
    const body: unknown = JSON.parse(await text(request));
    requests.push({ headers: request.headers, body, at: performance.now() });
    (replies[requests.length - 1] ?? replies.at(-1))?.(response);
  });
  stop = () => stopServer(server);
  Object.assign(process.env, {
    ...{ AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'id', AWS_SECRET_ACCESS_KEY: 'key' },
    ...{ AWS_SESSION_TOKEN: 'session', _X_AMZN_TRACE_ID: 'Root=1-2' },
    AWS_ENDPOINT_URL_DYNAMODB: await listenLocally(server),
  });
  return new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1000, requestTimeout, throwOnRequestTimeout: true },
  });
}

function answer(status: number, body: unknown, headers = {}): Reply {
  return (response) =>
    response.writeHead(status, { 'x-amzn-requestid': 'r-1', ...headers }).end(JSON.stringify(body));
}

const refusal = (name: string, more = {}) =>
  answer(400, { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: 'No', ...more });

const get = new GetItemCommand({ TableName: 'T', Key: { pk: { S: 'a' } } });

it('sends an operation, signed, with the credentials and the trace of the environment', async () => {
  const client = await clientOf([answer(200, { Item: { pk: { S: 'a' } } })]);
  expect(await client.send(get)).toEqual({ Item: { pk: { S: 'a' } } });
  expect(requests).toMatchObject([
    {
      body: { TableName: 'T', Key: { pk: { S: 'a' } } },
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'x-amz-target': 'DynamoDB_20120810.GetItem',
        'x-amz-security-token': 'session',
        'x-amzn-trace-id': 'Root=1-2',
        authorization: expect.stringContaining(
          'SignedHeaders=content-type;host;x-amz-date;x-amz-security-token;x-amz-target,',
        ),
      },
    },
  ]);
});

it('writes bytes as base64, and reads them again', async () => {
  const client = await clientOf([answer(200, { Item: { key: { M: { B: { B: 'AAEC' } } } } })]);
  const bytes = new Uint8Array([0, 1, 2]);
  const put = new PutItemCommand({ Item: { key: { L: [{ B: Buffer.from(bytes) }] } } });
  expect(await client.send(put)).toEqual({ Item: { key: { M: { B: { B: bytes } } } } });
  expect(requests[0]?.body).toEqual({ Item: { key: { L: [{ B: 'AAEC' }] } } });
});

it.each([
  ['ConditionalCheckFailedException', ConditionalCheckFailedException, { Item: { a: { S: 'b' } } }],
  [
    'TransactionCanceledException',
    TransactionCanceledException,
    { CancellationReasons: [{ Code: 'None' }] },
  ],
])('tells a %s by its class, and what it says', async (name, Class, fields) => {
  const client = await clientOf([refusal(name, fields)]);
  const error: unknown = await client.send(get).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Class);
  expect(error).toMatchObject({
    ...{ name, message: 'No', ...fields },
    $metadata: { httpStatusCode: 400, requestId: 'r-1' },
  });
  expect(requests).toHaveLength(1);
});

const reset: Reply = (response) => response.socket?.resetAndDestroy();
const half: Reply = (response) => {
  response.writeHead(200, { 'content-length': 100 }).write('{"It');
  setTimeout(() => response.socket?.destroy(), 10);
};

it.each<[string, Reply]>([
  ['an error of the service', answer(500, { __type: 'InternalServerError' })],
  ['no service behind a proxy', answer(503, 'Busy')],
  ['too many requests', answer(429, {})],
  ['a throttled table', refusal('ProvisionedThroughputExceededException')],
  ['a throttled caller', refusal('ThrottlingException')],
  ['too many at once', refusal('LimitExceededException')],
  ['a request that came too slowly', refusal('RequestTimeoutException')],
  ['a connection that breaks', reset],
  ['an answer that breaks off', half],
])('asks again after %s, and not for ever', async (_what, fault) => {
  const client = await clientOf([fault, fault, answer(200, { Item: {} })]);
  expect(await client.send(get)).toEqual({ Item: {} });
  expect(requests).toHaveLength(3);
  await stop();
  requests.length = 0;
  await expect((await clientOf([fault])).send(get)).rejects.toThrow();
  expect(requests).toHaveLength(3);
});

it.each([
  ['what is refused for good', refusal('ValidationException'), 'No'],
  [
    'a page of something in between',
    (response: ServerResponse) => response.end('<html>'),
    'AWS answered 200',
  ],
])('does not repeat %s', async (_what, reply, message) => {
  await expect((await clientOf([reply])).send(get)).rejects.toThrow(message);
  expect(requests).toHaveLength(1);
});

it('waits longer from time to time, and longest where it is throttled', async () => {
  jest.spyOn(Math, 'random').mockReturnValue(0.1);
  const client = await clientOf([refusal('ThrottlingException'), answer(500, {}), answer(200, {})]);
  await client.send(get);
  const waits = requests.map(({ at }, index) => at - (requests[index - 1]?.at ?? at));
  expect(waits[1]).toBeGreaterThanOrEqual(99);
  expect(waits[2]).toBeGreaterThanOrEqual(9);
});

it('repeats a transaction with its token', async () => {
  const client = await clientOf([reset, answer(200, {})]);
  await client.send(new TransactWriteItemsCommand({ TransactItems: [] }));
  const [first, second] = requests.map(({ body }) => body);
  expect(first).toEqual({ TransactItems: [], ClientRequestToken: expect.any(String) });
  expect(second).toEqual(first);
  await client.send(new TransactWriteItemsCommand({ TransactItems: [] }));
  expect(requests[2]?.body).not.toEqual(first);
});

it('finds the name of an error in the header too', async () => {
  const header = { 'x-amzn-errortype': 'ConditionalCheckFailedException:http://internal/' };
  const client = await clientOf([answer(400, { message: 'No' }, header)]);
  await expect(client.send(get)).rejects.toBeInstanceOf(ConditionalCheckFailedException);
});

it.each<[string, Reply]>([
  ['none', () => undefined],
  ['half of one', (response) => response.writeHead(200, { 'content-length': 100 }).write('{"It')],
])('waits no longer for an answer than it may: %s', async (_what, reply) => {
  const client = await clientOf([reply], 30);
  await expect(client.send(get)).rejects.toMatchObject({ name: 'TimeoutError' });
  expect(requests).toHaveLength(3);
});

it('signs with the time of AWS where its own is wrong', async () => {
  const ahead = 3_600_000;
  const date = new Date(Date.now() + ahead).toUTCString();
  const refused = answer(
    400,
    { __type: 'InvalidSignatureException', message: 'expired' },
    { date },
  );
  const client = await clientOf([refused, refused, answer(200, {})]);
  await Promise.all([client.send(get), client.send(get)]);
  const signedAt = String(requests.at(-1)?.headers['x-amz-date']).replace(
    /(....)(..)(..)T(..)(..)(..)/,
    '$1-$2-$3T$4:$5:$6',
  );
  expect(Math.abs(Date.parse(signedAt) - Date.now() - ahead)).toBeLessThan(60_000);
  await stop();
  const wrongKey = answer(400, { __type: 'InvalidSignatureException', message: 'wrong key' });
  requests.length = 0;
  await expect((await clientOf([wrongKey])).send(get)).rejects.toThrow('wrong key');
  expect(requests).toHaveLength(1);
});

it('reads a query page by page', async () => {
  const client = await clientOf([
    answer(200, { Items: [1], LastEvaluatedKey: { pk: { S: 'a' } } }),
    answer(200, { Items: [2] }),
  ]);
  const pages: unknown[] = [];
  for await (const page of paginateQuery({ client }, { TableName: 'T' })) pages.push(page);
  expect(pages).toMatchObject([{ Items: [1] }, { Items: [2] }]);
  expect(requests.map(({ body }) => body)).toEqual([
    { TableName: 'T' },
    { TableName: 'T', ExclusiveStartKey: { pk: { S: 'a' } } },
  ]);
});
