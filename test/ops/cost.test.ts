import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listPrices, usdOf } from '../../ops/cost/list-prices.ts';
import { type Flow, measurementSchema } from '../../ops/cost/measurement.schema.ts';
import {
  keptAMillion,
  linesAMillion,
  linesAMonth,
  requestsEach,
  totalOf,
} from '../../ops/cost/price-lines.ts';
import { costMarkdown, costReport, costText } from '../../ops/cost/report.ts';

const root = path.resolve(import.meta.dirname, '../..');

const call = {
  ...{ function: 'Normalise', resource: '', requests: 1 },
  ...{ chunks: 0, units: 0, indexUnits: 0, bytes: 0 },
};

/** Ten messages, one batch: two write units and one of an index for each. */
const flow: Flow = {
  units: 10,
  apiRequests: 10,
  functions: [
    {
      ...{ name: 'Normalise', memoryMb: 512, invocations: 1, durationMs: 100 },
      ...{ logBytes: 424, logLines: 1 },
    },
  ],
  calls: [
    { ...call, service: 'dynamodb', action: 'BatchExecuteStatement', units: 20, indexUnits: 10 },
    { ...call, service: 'dynamodb', action: 'BatchGetItem', units: 5 },
    {
      ...call,
      service: 'sqs',
      action: 'SendMessage',
      resource: 'WebhookEvents',
      requests: 10,
      chunks: 20,
    },
    {
      ...call,
      service: 'firehose',
      action: 'PutRecord',
      resource: 'Archive',
      chunks: 2,
      bytes: 5000,
    },
    { ...call, service: 's3', action: 'PutObject', resource: 'raw/oversize' },
    { ...call, service: 's3', action: 'DeleteObject', resource: 'raw/oversize' },
  ],
  received: [{ queue: 'WebhookEvents', batches: 1, messages: 10 }],
  egressBytes: 0,
  tableBytes: 10_000,
};

const usdByName = (lines: readonly { name: string; usd: number }[]) =>
  Object.fromEntries(lines.map(({ name, usd }) => [name, Number(usd.toFixed(6))]));

describe('a million', () => {
  it('is priced line by line', () => {
    expect(usdByName(linesAMillion(flow))).toEqual({
      'API Gateway: requests': 1,
      'Lambda: Normalise, requests': 0.02,
      // 100,000 times 0.1 s of half a GB.
      'Lambda: Normalise, time': 0.066_667,
      'SQS: WebhookEvents, received and deleted by Lambda': 0.08,
      // Each of them has more than 64 KB.
      'SQS: WebhookEvents, sent': 1,
      'DynamoDB: writes of Normalise': 1.25,
      'DynamoDB: writes of Normalise, indexes': 0.625,
      'DynamoDB: reads of Normalise': 0.0625,
      // 200,000 times 5 KiB.
      'Firehose: Archive, taken': 0.027_657,
      'S3: raw/oversize, stored': 0.5,
      // 424 + 26 bytes an invocation.
      'CloudWatch Logs: Normalise': 0.0225,
      'CloudWatch Logs: accesses': 0.145,
      'Data transfer: to Meta and to API callers': 0.045,
    });
  });

  it('costs as much for twice the work of twice the messages', () => {
    const twice = {
      ...flow,
      ...{ units: 20, apiRequests: 20, tableBytes: 20_000 },
      functions: flow.functions.map((each) => ({
        ...each,
        ...{ invocations: 2, logBytes: 848, logLines: 2 },
      })),
      calls: [...flow.calls, ...flow.calls],
      received: [{ queue: 'WebhookEvents', batches: 2, messages: 20 }],
    };
    expect(totalOf(linesAMillion(twice))).toBeCloseTo(totalOf(linesAMillion(flow)), 9);
    expect(requestsEach(twice)).toBeCloseTo(requestsEach(flow), 9);
  });

  it('keeps what it has stored, by the month', () => {
    expect(usdByName(keptAMillion(flow))).toEqual({
      'DynamoDB: items': 0.25,
      'DynamoDB: point-in-time recovery': 0.2,
      'S3: Archive': 0.0115,
    });
  });

  it('counts requests to API Gateway, Lambda and every service', () => {
    // 10 to the API, 1 invocation, 2 of the poller, 15 of functions.
    expect(requestsEach(flow)).toBe(2.8);
  });

  it.each([
    ['sqs', 'PurgeQueue'],
    ['kinesis', 'PutRecords'],
  ])('is not priced without the price of %s:%s', (service, action) => {
    const calls = [...flow.calls, { ...call, service, action }];
    expect(() => linesAMillion({ ...flow, calls })).toThrow(
      `Normalise called ${service}:${action}`,
    );
  });
});

describe('a month', () => {
  it('is priced without traffic', () => {
    const fixed = {
      ...{ alarms: 10, dashboards: 1, keys: 2, secrets: 1 },
      ...{ polledQueues: 0, metrics: 0, scheduledInvocations: 0 },
    };
    expect(usdByName(linesAMonth(fixed))).toEqual({
      'CloudWatch: alarms': 1,
      'CloudWatch: dashboards': 3,
      'KMS: keys': 2,
      'Secrets Manager: secrets': 0.4,
      'S3: Archive, stored by Firehose': 0.0438,
    });
  });
});

describe('the list prices', () => {
  it.each(Object.entries(listPrices))('of %s have a source', (_, { usd, per, source }) => {
    expect(usd / per).toBeGreaterThan(0);
    expect(source).toMatch(/^(Amazon|AWS) .{10,}/);
  });

  it('are for the quantity that they name', () => {
    expect(usdOf('kmsRequest', 20_000)).toBeCloseTo(0.06, 9);
  });
});

describe('the report', () => {
  const stored: unknown = JSON.parse(
    readFileSync(path.join(root, 'ops/cost/measurement.json'), 'utf8'),
  );
  const measurement = measurementSchema.parse(stored);
  const report = costReport(measurement);

  it('is what docs/cost.md says', () => {
    expect(readFileSync(path.join(root, 'docs/cost.md'), 'utf8')).toBe(costMarkdown(report));
  });

  it('tells when an inbound text costs more than it may', () => {
    const { text } = measurement.flows;
    const dear = { ...text, apiRequests: 10 * text.units };
    const { goals } = costReport({ ...measurement, flows: { ...measurement.flows, text: dear } });
    expect(goals.map(({ met }) => met)).toEqual([false, false, false]);
  });

  it('tells what Transcribe takes apart', () => {
    const voice = report.flows.find((each) => each.flow === 'voice');
    // Twenty seconds at $0.0001.
    expect(voice?.transcribeUsd).toBeCloseTo(2000, 6);
    expect(costText(report)).toContain('Without Transcribe: $');
  });
});
