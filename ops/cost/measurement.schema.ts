import * as z from 'zod';

const count = z.number().min(0);

/** A function's part in a flow. */
const functionUse = z.strictObject({
  name: z.string(),
  memoryMb: z.int().min(128),
  invocations: z.int().min(1),
  /** The median, in ms. */
  durationMs: count,
  /** Of its own lines, without Lambda's. */
  logBytes: count,
  logLines: count,
});

/** What functions asked of a service. */
const callUse = z.strictObject({
  function: z.string(),
  service: z.string(),
  action: z.string(),
  /** A queue; a bucket and the first part of the key. */
  resource: z.string(),
  requests: z.int().min(1),
  /** What is billed. SQS: a request for each 64 KB; Firehose: 5 KB for each that a record has begun. */
  chunks: count,
  /** DynamoDB: request units of the table, and of its indexes. */
  units: count,
  indexUnits: count,
  /** S3 and Firehose: what was stored. */
  bytes: count,
});

/** What Lambda received of a queue for a function. */
const receiveUse = z.strictObject({
  queue: z.string(),
  batches: z.int().min(1),
  messages: z.int().min(1),
});

const flowSchema = z.strictObject({
  /** Messages, or statuses. */
  units: z.int().min(1),
  apiRequests: z.int().min(1),
  functions: z.array(functionUse).min(1),
  calls: z.array(callUse).min(1),
  received: z.array(receiveUse),
  /** To the Graph API. */
  egressBytes: count,
  /** What the table has grown by, without its indexes. */
  tableBytes: count,
});

/** What one kind of traffic used. */
export type Flow = z.output<typeof flowSchema>;

/** What a local run counted and measured: all that a price is made of, besides the list prices. */
export const measurementSchema = z.strictObject({
  measuredAt: z.iso.date(),
  stage: z.string(),
  /** Of what the table and the media bucket keep. */
  retentionDays: z.int().min(1),
  /** How long AWS and the Graph API took to answer, in ms: set, and not measured. */
  answerMs: z.strictObject({ aws: count, graph: count }),
  /** Whether each function had the CPU that its memory brings in Lambda, and not all of this machine's. */
  cpuLimited: z.boolean(),
  flows: z.strictObject({
    text: flowSchema,
    textAlone: flowSchema,
    status: flowSchema,
    outbound: flowSchema,
    voice: flowSchema,
  }),
  /** What is paid for by the month, whatever comes. */
  fixed: z.strictObject({
    alarms: count,
    dashboards: count,
    keys: count,
    secrets: count,
    /** Queues that Lambda polls. */
    polledQueues: count,
    /** Names of metrics of our own. */
    metrics: count,
    /** Invocations by schedules, in a month of 730 hours. */
    scheduledInvocations: count,
  }),
});

/** What a local run counted and measured. */
export type CostMeasurement = z.output<typeof measurementSchema>;

/** A kind of traffic. */
export type FlowName = keyof CostMeasurement['flows'];
