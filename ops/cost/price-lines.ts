import { CommandError } from '../command-error.ts';
import { assumptions } from './assumptions.ts';
import { type PriceId, usdOf } from './list-prices.ts';
import type { CostMeasurement, Flow } from './measurement.schema.ts';

/** One line of a bill. */
export interface PriceLine {
  name: string;
  price: PriceId;
  /** In the price's unit. */
  quantity: number;
  usd: number;
}

type Call = Flow['calls'][number];
type Use = [name: string, price: PriceId, quantity: number];

const gigabyte = 1e9;
const lambdaGigabyteMb = 1024;
const firehoseStepsAGigabyte = (1024 * 1024) / 5;

const byAction: Record<string, Record<string, (call: Call) => Use[]>> = {
  dynamodb: {
    ...actions(
      ['PutItem', 'UpdateItem', 'DeleteItem', 'BatchExecuteStatement', 'TransactWriteItems'],
      ({ function: name, units, indexUnits }) => [
        [`DynamoDB: writes of ${name}`, 'dynamoDbWrite', units],
        [`DynamoDB: writes of ${name}, indexes`, 'dynamoDbWrite', indexUnits],
      ],
    ),
    ...actions(['GetItem', 'BatchGetItem', 'Query'], ({ function: name, units, indexUnits }) => [
      [`DynamoDB: reads of ${name}`, 'dynamoDbRead', units + indexUnits],
    ]),
  },
  sqs: actions(
    ['SendMessage', 'SendMessageBatch', 'ChangeMessageVisibility', 'GetQueueAttributes'],
    ({ resource, chunks }) => [
      [`SQS: ${resource}, sent`, isFifo(resource) ? 'sqsFifo' : 'sqsFair', chunks],
      // What functions send to a FIFO queue without a function behind it is the backend's to receive.
      ...(/^Inbox/.test(resource)
        ? [
            [
              `SQS: ${resource}, received and deleted by the backend`,
              'sqsFifo',
              2 * chunks,
            ] satisfies Use,
          ]
        : []),
    ],
  ),
  s3: {
    ...actions(
      ['PutObject', 'CopyObject', 'ListObjectsV2', 'PutObjectTagging'],
      ({ resource, requests }) => [[`S3: ${resource}, stored`, 's3Put', requests]],
    ),
    ...actions(['GetObject', 'HeadObject', 'GetObjectTagging'], ({ resource, requests }) => [
      [`S3: ${resource}, read`, 's3Get', requests],
    ]),
    ...actions(['DeleteObject', 'DeleteObjects', 'AbortMultipartUpload'], () => []),
  },
  firehose: actions(['PutRecord'], ({ resource, chunks }) => [
    [`Firehose: ${resource}, taken`, 'firehoseGigabyte', chunks / firehoseStepsAGigabyte],
  ]),
  kms: actions(['Encrypt', 'Decrypt', 'ReEncrypt'], ({ function: name, requests }) => [
    [`KMS: ${name}`, 'kmsRequest', requests],
  ]),
  secretsmanager: actions(['GetSecretValue'], ({ function: name, requests }) => [
    [`Secrets Manager: ${name}`, 'secretRequest', requests],
  ]),
  transcribe: {
    ...actions(['StartTranscriptionJob'], ({ requests }) => [
      ['Transcribe: seconds of sound', 'transcribeSecond', requests * assumptions.voiceNoteSeconds],
    ]),
    // Free: a job is paid for by its sound.
    ...actions(['GetTranscriptionJob'], () => []),
  },
};

function actions(names: readonly string[], uses: (call: Call) => Use[]) {
  return Object.fromEntries(names.map((name) => [name, uses]));
}

function isFifo(queue: string): boolean {
  return queue.endsWith('.fifo');
}

function usesOfCall(call: Call): Use[] {
  const uses = byAction[call.service]?.[call.action];
  if (!uses) {
    throw new CommandError(
      `${call.function} called ${call.service}:${call.action}, which has no price: add it to ops/cost/price-lines.ts.`,
    );
  }
  return uses(call);
}

function usesOf(flow: Flow): Use[] {
  return [
    ['API Gateway: requests', 'apiRequest', flow.apiRequests],
    ...flow.functions.flatMap(({ name, memoryMb, durationMs, invocations }): Use[] => [
      [`Lambda: ${name}, requests`, 'lambdaRequest', invocations],
      [
        `Lambda: ${name}, time`,
        'lambdaGbSecond',
        (invocations * durationMs * memoryMb) / lambdaGigabyteMb / 1000,
      ],
    ]),
    ...flow.received.map(
      ({ queue, batches }): Use => [
        `SQS: ${queue}, received and deleted by Lambda`,
        isFifo(queue) ? 'sqsFifo' : 'sqsStandard',
        2 * batches,
      ],
    ),
    ...flow.calls.flatMap(usesOfCall),
    ...flow.functions.map(
      ({ name, logBytes, logLines }): Use => [
        `CloudWatch Logs: ${name}`,
        'logs',
        (logBytes + logLines * assumptions.logLineOverheadBytes) / gigabyte,
      ],
    ),
    [
      'CloudWatch Logs: accesses',
      'logs',
      (flow.apiRequests * assumptions.accessLogBytes) / gigabyte,
    ],
    [
      'Data transfer: to Meta and to API callers',
      'egress',
      (flow.egressBytes + flow.apiRequests * assumptions.apiAnswerBytes) / gigabyte,
    ],
  ];
}

/** Uses of one name and price together, as a bill has them. */
function toLines(uses: readonly Use[]): PriceLine[] {
  const grouped = Map.groupBy(uses, ([name, price]) => `${name} ${price}`);
  return [...grouped.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const [name, price] = first;
    const quantity = same.reduce((sum, [, , each]) => sum + each, 0);
    return quantity === 0 ? [] : [{ name, price, quantity, usd: usdOf(price, quantity) }];
  });
}

/**
 * What a million of a flow's messages or statuses costs, line by line.
 * @throws CommandError for a call of a service that has no price: nothing is left out in silence
 */
export function linesAMillion(flow: Flow): PriceLine[] {
  const factor = 1_000_000 / flow.units;
  return toLines(usesOf(flow).map(([name, price, each]): Use => [name, price, each * factor]));
}

/** What a million keeps in the table and in S3, for each month. */
export function keptAMillion({ units, tableBytes, calls }: Flow): PriceLine[] {
  const gigabytes = (bytes: number) => ((bytes / units) * 1_000_000) / gigabyte;
  const stored = calls.filter(({ bytes }) => bytes > 0);
  return toLines([
    ['DynamoDB: items', 'dynamoDbStorage', gigabytes(tableBytes)],
    ['DynamoDB: point-in-time recovery', 'dynamoDbRecovery', gigabytes(tableBytes)],
    ...stored.map(({ resource, bytes }): Use => [`S3: ${resource}`, 's3Storage', gigabytes(bytes)]),
  ]);
}

/** What a stage costs each month without any traffic. */
export function linesAMonth(fixed: CostMeasurement['fixed']): PriceLine[] {
  return toLines([
    ['CloudWatch: alarms', 'alarm', fixed.alarms],
    ['CloudWatch: dashboards', 'dashboard', fixed.dashboards],
    ['CloudWatch: metrics', 'metric', fixed.metrics],
    ['KMS: keys', 'key', fixed.keys],
    ['Secrets Manager: secrets', 'secret', fixed.secrets],
    [
      'SQS: empty receives of Lambda',
      'sqsStandard',
      fixed.polledQueues * assumptions.emptyReceivesAQueue,
    ],
    ['S3: Archive, stored by Firehose', 's3Put', assumptions.archiveObjectsAMonth],
    ['Lambda: requests of schedules', 'lambdaRequest', fixed.scheduledInvocations],
  ]);
}

/** The dollars of all lines. */
export function totalOf(lines: readonly PriceLine[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}

/** Requests to AWS that a message or a status takes: to API Gateway, to Lambda, and to every service. */
export function requestsEach({ units, apiRequests, functions, received, calls }: Flow): number {
  const invocations = functions.reduce((sum, each) => sum + each.invocations, 0);
  const polled = received.reduce((sum, { batches }) => sum + 2 * batches, 0);
  const asked = calls.reduce((sum, { requests }) => sum + requests, 0);
  return (apiRequests + invocations + polled + asked) / units;
}
