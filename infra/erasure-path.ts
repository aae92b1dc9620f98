import { Duration } from 'aws-cdk-lib';
import type { EraseEnv } from '../lambdas/inbox/erase.env.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import { allowItems, type PartProps } from './service-part.ts';

/** Some pages of an erasure; the rest is the next invocation's. */
const eraseTimeout = Duration.minutes(5);

/** Longer than any function of the stack may run. Source: Lambda Developer Guide, "Quotas". */
const settleTime = Duration.minutes(15);

/** Adds what erases people and organisations. @returns where erasures wait for it */
export function addErasure(props: PartProps): WorkQueue {
  const { stack, config, state } = props;
  const { table, mediaBucket, rawBucket } = state;
  const indexes = [state.listingIndex, state.conversationIndex];
  const jobs = new WorkQueue(stack, 'ErasureJobs', {
    retain: config.retainData,
    consumerTimeout: eraseTimeout,
    // An erasure goes on by being received again. SQS's maximum.
    maxReceiveCount: 1000,
  });
  const erase = new ServiceFunction<EraseEnv>(stack, 'Erase', {
    id: 'erase',
    description: 'Erases people and organisations',
    memorySizeMb: 512,
    timeout: eraseTimeout,
    logRetentionDays: config.logRetentionDays,
    environment: {
      TABLE_NAME: table.tableName,
      LISTING_INDEX: state.listingIndex,
      CONVERSATION_INDEX: state.conversationIndex,
      MEDIA_BUCKET: mediaBucket.bucketName,
      RAW_BUCKET: rawBucket.bucketName,
      ERASURE_JOBS_QUEUE_URL: jobs.queue.queueUrl,
      MESSAGE_RETENTION_DAYS: String(config.messageRetentionDays),
      SETTLE_SECONDS: String(settleTime.toSeconds()),
    },
  })
    .allow(
      ['dynamodb:Query'],
      indexes.map((index) => `${table.tableArn}/index/${index}`),
    )
    .allow(
      ['s3:DeleteObject'],
      [
        ...['media/*', 'transcripts/*', 'uploads/*'].map((prefix) =>
          mediaBucket.arnForObjects(prefix),
        ),
        rawBucket.arnForObjects('unrecognised/*'),
      ],
    )
    .allow(['s3:ListBucket'], [mediaBucket.bucketArn]);
  allowItems(erase, props, [
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ]);
  // The smallest number that SQS mappings take.
  jobs.consumedBy(erase, { batchSize: 1, maxConcurrency: 2 });
  return jobs;
}
