import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { stages } from '../../infra/config.ts';
import { ofType, parsed, templates } from './template.ts';

const queueSchema = z.object({
  FifoQueue: z.boolean().default(false),
  VisibilityTimeout: z.number().default(30),
  RedrivePolicy: z
    .object({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() })
    .optional(),
});

const mappingSchema = z.object({
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  MaximumBatchingWindowInSeconds: z.number().default(0),
});

const fourteenDays = 14 * 24 * 60 * 60;

describe.each(templates)('queues of $stage', ({ stage, resources, functions }) => {
  const queues = ofType(resources, 'AWS::SQS::Queue').map((resource) => {
    const { FifoQueue: isFifo, VisibilityTimeout, RedrivePolicy } = parsed(resource, queueSchema);
    return { ...resource, isFifo, visibility: VisibilityTimeout, redrive: RedrivePolicy };
  });
  const deadLetterArns = new Set(queues.map(({ redrive }) => redrive?.deadLetterTargetArn));
  const isDeadLetterQueue = ({ name }: { name: string }) => deadLetterArns.has(`${name}.Arn`);
  const mappings = ofType(resources, 'AWS::Lambda::EventSourceMapping').flatMap((resource) => {
    const mapping = parsed(resource, mappingSchema);
    const queue = queues.find(({ name }) => mapping.EventSourceArn === `${name}.Arn`);
    return queue ? [{ ...resource, ...mapping, queue }] : [];
  });

  describe.each(queues)('$name', (queue) => {
    it('keeps messages for 14 days', () => {
      expect(queue.properties).toMatchObject({ MessageRetentionPeriod: fourteenDays });
    });

    it('is encrypted', () => {
      const { SqsManagedSseEnabled, KmsMasterKeyId } = queue.properties;
      expect(SqsManagedSseEnabled === true || typeof KmsMasterKeyId === 'string').toBe(true);
    });

    it('refuses what does not come over TLS, and lets nobody in', () => {
      const policies = ofType(resources, 'AWS::SQS::QueuePolicy')
        .map(({ properties }) => properties)
        .filter(({ Queues }) => Array.isArray(Queues) && Queues.includes(queue.name));
      expect(policies).toMatchObject([
        {
          PolicyDocument: {
            Statement: [
              {
                Effect: 'Deny',
                Action: 'sqs:*',
                Principal: { AWS: '*' },
                Resource: `${queue.name}.Arn`,
                Condition: { Bool: { 'aws:SecureTransport': 'false' } },
              },
            ],
          },
        },
      ]);
    });
  });

  describe.each(queues.filter((queue) => !isDeadLetterQueue(queue)))('$name', (queue) => {
    it('gives a message up after five attempts at the earliest, to a queue of its own kind', () => {
      const deadLetters = queues.find(
        ({ name }) => `${name}.Arn` === queue.redrive?.deadLetterTargetArn,
      );
      expect(deadLetters?.isFifo).toBe(queue.isFifo);
      expect(queue.redrive?.maxReceiveCount).toBeGreaterThanOrEqual(5);
    });

    it('shares its dead-letter queue with no other', () => {
      const target = queue.redrive?.deadLetterTargetArn;
      const sources = queues.filter(({ redrive }) => redrive?.deadLetterTargetArn === target);
      expect(sources.map(({ name }) => name)).toEqual([queue.name]);
    });
  });

  describe.each(queues.filter(isDeadLetterQueue))('$name', (queue) => {
    it('has no consumer and passes nothing on', () => {
      expect(mappings.map((mapping) => mapping.queue.name)).not.toContain(queue.name);
      expect(queue.redrive).toBeUndefined();
    });
  });

  it.each(queues.filter(({ isFifo }) => isFifo))(
    '$name is a high throughput FIFO queue',
    (queue) => {
      expect(queue.properties).toMatchObject({
        DeduplicationScope: 'messageGroup',
        FifoThroughputLimit: 'perMessageGroupId',
      });
      // Each attempt is a message of its own, whatever it says.
      expect(queue.properties['ContentBasedDeduplication'] ?? false).toBe(false);
    },
  );

  describe.each([
    ['SendRequestsQueue', 'agent'],
    ['BulkRequestsQueue', 'bulk'],
  ] as const)('%s', (name, lane) => {
    const queue = queues.find((candidate) => candidate.name === name);

    it('lets a send wait by being received again, as often as SQS counts', () => {
      expect(queue?.isFifo).toBe(true);
      expect(queue?.redrive?.maxReceiveCount).toBe(1000);
    });

    it('has its own share of the environments of deliver', () => {
      const consumers = mappings.filter((mapping) => mapping.queue.name === name);
      expect(consumers).toMatchObject([
        {
          FunctionName: 'Deliver',
          properties: {
            BatchSize: 10,
            ScalingConfig: { MaximumConcurrency: stages[stage].deliverConcurrency[lane] },
          },
        },
      ]);
    });
  });

  it.each([
    ['MediaJobsQueue', 'MirrorMedia', 1, stages[stage].mediaConcurrency, 1000],
    ['TranscribeJobsQueue', 'TranscriptionWorker', 10, stages[stage].transcribeConcurrency, 50],
    ['RepublishJobsQueue', 'Republish', 1, 2, 1000],
    ['ErasureJobsQueue', 'Erase', 1, 2, 1000],
  ])('%s lets %s have its jobs, %i at once, and try them often', (name, fn, batch, many, tries) => {
    expect(mappings.filter((mapping) => mapping.queue.name === name)).toMatchObject([
      {
        FunctionName: fn,
        properties: { BatchSize: batch, ScalingConfig: { MaximumConcurrency: many } },
        queue: { isFifo: false, redrive: { maxReceiveCount: tries } },
      },
    ]);
  });

  it.each(['InboxEventsQueue', 'InboxHistoryQueue'])(
    '%s is given up after 8 attempts, or delivered one by one for days where there is an endpoint',
    (name) => {
      const queue = queues.find((candidate) => candidate.name === name);
      const consumers = mappings.filter((mapping) => mapping.queue.name === name);
      const hasEndpoint = functions.some(({ id }) => id === 'deliver-events');
      expect(queue?.redrive?.maxReceiveCount).toBe(hasEndpoint ? 100 : 8);
      expect(consumers).toMatchObject(
        hasEndpoint ? [{ FunctionName: 'DeliverEvents', properties: { BatchSize: 1 } }] : [],
      );
    },
  );

  describe.each(mappings)('$queue.name with its consumer $FunctionName', (mapping) => {
    it('hides a message for six times as long as its consumer may take', () => {
      const consumer = functions.find(({ name }) => name === mapping.FunctionName);
      const longest =
        6 * (consumer?.timeoutSeconds ?? Number.NaN) + mapping.MaximumBatchingWindowInSeconds;
      expect(mapping.queue.visibility).toBeGreaterThanOrEqual(longest);
    });

    it('takes failed messages one by one, and is bounded', () => {
      expect(mapping.properties).toMatchObject({
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ScalingConfig: { MaximumConcurrency: expect.any(Number) },
      });
    });
  });
});
