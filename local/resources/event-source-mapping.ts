import { createHash } from 'node:crypto';
import * as z from 'zod';
import { BootError } from '../boot-error.ts';
import type { Permission, Role } from '../iam.ts';
import { compilePattern, type Matcher } from '../pattern.ts';
import {
  type Assembly,
  type AttributesOf,
  parseProperties,
  resourcesOfType,
  unsupported,
} from '../template/assembly.ts';

const schema = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  Enabled: z.boolean().default(true),
  BatchSize: z.number().optional(),
  MaximumBatchingWindowInSeconds: z.number().default(0),
  FunctionResponseTypes: z.array(z.string()).default([]),
  FilterCriteria: z.object({ Filters: z.array(z.object({ Pattern: z.string() })) }).optional(),
  ScalingConfig: z.object({ MaximumConcurrency: z.number().optional() }).default({}),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).default('TRIM_HORIZON'),
  BisectBatchOnFunctionError: z.boolean().default(false),
  MaximumRetryAttempts: z.number().default(-1),
  MaximumRecordAgeInSeconds: z.number().default(-1),
  DestinationConfig: z
    .object({
      OnFailure: z.object({
        Destination: z.string().startsWith('arn:aws:s3:::', 'only S3 is supported'),
      }),
    })
    .optional(),
});

/** What SQS and stream mappings have in common. */
interface Mapping {
  /** The mapping's UUID. */
  id: string;
  /** The function's name. */
  functionName: string;
  sourceArn: string;
  batchSize: number;
  /** How long a batch may wait to be filled. */
  windowMs: number;
  /** Whether the function answers `batchItemFailures`. */
  partialFailures: boolean;
}

/** A queue whose messages a function gets. */
export interface QueueMapping extends Mapping {
  maxConcurrency: number | undefined;
}

/** A table whose changes a function gets. */
export interface StreamMapping extends Mapping {
  startingPosition: 'TRIM_HORIZON' | 'LATEST';
  /** Tells whether the function wants a record. */
  wants: Matcher;
  bisect: boolean;
  /** Attempts after the first; -1 for no limit. */
  maxRetries: number;
  /** -1 for no limit. */
  maxAgeSeconds: number;
  /** The bucket that gets the records which were given up. */
  failureBucket: string | undefined;
}

/** A mapping's references; the UUID is the same in every run. */
export const mappingAttributes: AttributesOf = ({ stack, logicalId }) => {
  const hash = createHash('sha256').update(`${stack}/${logicalId}`).digest('hex');
  const id = hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
  return { Ref: id, Id: id };
};

/** Reads the mappings that are enabled. */
export function readMappings(assembly: Assembly): {
  queues: QueueMapping[];
  streams: StreamMapping[];
} {
  const queues: QueueMapping[] = [];
  const streams: StreamMapping[] = [];
  for (const resource of resourcesOfType(assembly, 'AWS::Lambda::EventSourceMapping')) {
    const properties = parseProperties(resource, schema);
    if (!properties.Enabled) continue;
    const [, , service] = properties.EventSourceArn.split(':');
    const filters = properties.FilterCriteria?.Filters ?? [];
    const mapping: Mapping = {
      id: mappingAttributes(resource)['Id'] ?? '',
      functionName: properties.FunctionName.split(':').at(-1) ?? '',
      sourceArn: properties.EventSourceArn,
      batchSize: properties.BatchSize ?? (service === 'sqs' ? 10 : 100),
      windowMs: properties.MaximumBatchingWindowInSeconds * 1000,
      partialFailures: properties.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    };
    if (service === 'sqs' && filters.length === 0) {
      queues.push({ ...mapping, maxConcurrency: properties.ScalingConfig.MaximumConcurrency });
    } else if (service === 'dynamodb') {
      const matchers = filters.map(({ Pattern }) => compilePattern(JSON.parse(Pattern)));
      streams.push({
        ...mapping,
        startingPosition: properties.StartingPosition,
        wants: (record) => matchers.length === 0 || matchers.some((matches) => matches(record)),
        bisect: properties.BisectBatchOnFunctionError,
        maxRetries: properties.MaximumRetryAttempts,
        maxAgeSeconds: properties.MaximumRecordAgeInSeconds,
        failureBucket: properties.DestinationConfig?.OnFailure.Destination.split(':::')[1],
      });
    } else {
      throw unsupported(resource, 'only table streams and, without filters, queues are');
    }
  }
  return { queues, streams };
}

/**
 * Lambda polls as the function's role. Throws a `BootError` for a role that does not let it.
 * Source: Lambda Developer Guide, Configuring permissions (SQS; DynamoDB; S3 on-failure destinations).
 */
export function assertPollable(mapping: QueueMapping | StreamMapping, role: Role): void {
  const { sourceArn: resource } = mapping;
  const needed: Permission[] =
    'wants' in mapping
      ? ['GetRecords', 'GetShardIterator', 'DescribeStream'].map((action) => ({
          action: `dynamodb:${action}`,
          resource,
        }))
      : ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'].map((action) => ({
          action: `sqs:${action}`,
          resource,
        }));
  if ('failureBucket' in mapping && mapping.failureBucket) {
    const bucket = `arn:aws:s3:::${mapping.failureBucket}`;
    needed.push({
      action: 's3:PutObject',
      resource: `${bucket}/aws/lambda/${mapping.id}/shard/key`,
    });
    needed.push({ action: 's3:ListBucket', resource: bucket });
  }
  const missing = needed.filter((permission) => !role.allows(permission));
  if (missing.length === 0) return;
  throw new BootError(
    `Lambda cannot work ${resource} for ${mapping.functionName}: role ${role.name} does not allow\n${missing.map((permission) => `  ${permission.action} on ${permission.resource}`).join('\n')}`,
  );
}
