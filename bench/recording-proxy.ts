import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { describeCall } from '../local/aws-calls.ts';
import { listenLocally, stopServer } from '../local/servers.ts';

/** A request that went through the proxy, and what of its answer costs. */
export interface RecordedCall {
  accessKeyId: string;
  service: string;
  action: string;
  /** A queue's or a stream's name; a bucket's and the first part of the key. */
  resource: string;
  /** Of the body; of Firehose: of the record in it. */
  requestBytes: number;
  /** Of the whole request, its head included. */
  sentBytes: number;
  /** Of DynamoDB: request units of the table itself. */
  units: number;
  /** And of its indexes. */
  indexUnits: number;
}

/** A proxy that writes down what passes. */
export interface RecordingProxy {
  url: string;
  calls: RecordedCall[];
  /** When the last call was answered: `performance.now()`. */
  lastAt(): number;
  stop(): Promise<void>;
}

const units = z.object({ CapacityUnits: z.number() });
const consumed = units.extend({ GlobalSecondaryIndexes: z.record(z.string(), units).default({}) });
const answerSchema = z.object({
  ConsumedCapacity: z.union([consumed, z.array(consumed)]).optional(),
  __type: z.string().optional(),
  Responses: z
    .union([z.array(z.object({ Error: z.unknown().optional() })), z.unknown()])
    .optional(),
});
const inputSchema = z.looseObject({
  QueueUrl: z.string().optional(),
  DeliveryStreamName: z.string().optional(),
  Record: z.object({ Data: z.string() }).optional(),
});

/** A write whose condition does not hold is billed as well. Source: DynamoDB Developer Guide, "Condition expressions". */
function unitsOf({ ConsumedCapacity = [], Responses, __type = '' }: z.output<typeof answerSchema>) {
  const refused = Array.isArray(Responses)
    ? Responses.filter((each) => each.Error !== undefined).length
    : Number(__type.endsWith('ConditionalCheckFailedException'));
  const sum = (capacities: readonly z.output<typeof units>[]) =>
    capacities.reduce((total, { CapacityUnits }) => total + CapacityUnits, 0);
  const tables = [ConsumedCapacity].flat();
  const indexUnits = sum(tables.flatMap((each) => Object.values(each.GlobalSecondaryIndexes)));
  return { units: sum(tables) - indexUnits + refused, indexUnits };
}

/**
 * Starts a proxy that lets every answer take `answerMs` at least, as far away as the real one is.
 * Of DynamoDB it also asks what a request consumes.
 * @param target the address of AWS, or of the Graph API, when it is known
 */
export async function startRecordingProxy(
  target: () => string,
  answerMs: number,
): Promise<RecordingProxy> {
  const agent = new Agent({ keepAlive: true });
  const calls: RecordedCall[] = [];
  let lastAt = 0;
  const server = createServer((incoming, response) => {
    pass(incoming, response).catch(() => response.destroy());
  });

  const ownUrl = await listenLocally(server);

  async function pass(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers, url: path = '/' } = incoming;
    const received = await buffer(incoming);
    const url = new URL(path, target());
    const isJson = headers['x-amz-target'] !== undefined;
    const described = describeCall({
      ...{ method, url, headers },
      body: received.toString(isJson ? 'utf8' : 'latin1'),
    });
    const { accessKeyId, service, action } = described;
    const isTable = service === 'dynamodb';
    const input = isJson ? inputSchema.parse(JSON.parse(received.toString())) : {};
    const sent = {
      ...input,
      // A queue is known by its own address.
      ...(input.QueueUrl && { QueueUrl: input.QueueUrl.replace(ownUrl, target()) }),
      ...(isTable && { ReturnConsumedCapacity: 'INDEXES' }),
    };
    const body = isJson ? Buffer.from(JSON.stringify(sent)) : received;
    const [answer] = await Promise.all([
      forwarded(url, method, { ...headers, 'content-length': String(body.length) }, body),
      delay(answerMs),
    ]);
    const parsed = isTable
      ? answerSchema.safeParse(JSON.parse(answer.body.toString() || '{}')).data
      : undefined;
    const { QueueUrl, DeliveryStreamName, Record } = input;
    const named = QueueUrl?.split('/').at(-1) ?? DeliveryStreamName;
    calls.push({
      ...{ accessKeyId, service, action },
      resource: named ?? (service === 's3' ? url.pathname.split('/').slice(1, 3).join('/') : ''),
      requestBytes: Record ? Buffer.byteLength(Record.Data, 'base64') : received.length,
      sentBytes: received.length + path.length + incoming.rawHeaders.join(': \n').length,
      ...(parsed ? unitsOf(parsed) : { units: 0, indexUnits: 0 }),
    });
    lastAt = performance.now();
    response.writeHead(answer.status, answer.headers).end(answer.body);
  }

  async function forwarded(
    url: URL,
    method: string,
    { expect, ...headers }: IncomingMessage['headers'],
    body: Buffer,
  ) {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    request(url, { agent, method, headers }, resolve).on('error', reject).end(body);
    const answer = await promise;
    const { connection, 'keep-alive': keepAlive, ...rest } = answer.headers;
    return { status: answer.statusCode ?? 502, headers: rest, body: await buffer(answer) };
  }

  return {
    url: ownUrl,
    calls,
    lastAt: () => lastAt,
    async stop() {
      agent.destroy();
      await stopServer(server);
    },
  };
}
