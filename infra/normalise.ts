import { Duration } from 'aws-cdk-lib';
import type { NormaliseEnv } from '../lambdas/ingest/normalise.env.ts';
import { addArchiveStream } from './archive-stream.ts';
import { ServiceFunction } from './constructs/service-function.ts';
import { WorkQueue } from './constructs/work-queue.ts';
import { allowItems, type PartProps } from './service-part.ts';

/** A batch of ten full messages is some 4,000 writes. */
const normaliseTimeout = Duration.seconds(30);

/** Adds to a stack the queue of verified webhooks, and what turns them into table items, each update once. */
export function addNormalise(props: PartProps): WorkQueue {
  const { stack, config, state } = props;
  const webhookEvents = new WorkQueue(stack, 'WebhookEvents', {
    retain: config.retainData,
    consumerTimeout: normaliseTimeout,
    // With the function's own back-off some seven hours: an outage is a delay and not a redrive.
    maxReceiveCount: 50,
  });
  const archive = addArchiveStream(props);
  const normalise = new ServiceFunction<NormaliseEnv>(stack, 'Normalise', {
    id: 'normalise',
    description: 'Routes, dedupes and stores each update of a webhook',
    memorySizeMb: 512,
    timeout: normaliseTimeout,
    logRetentionDays: config.logRetentionDays,
    environment: {
      TABLE_NAME: state.table.tableName,
      LISTING_INDEX: state.listingIndex,
      ARCHIVE_STREAM_NAME: archive.ref,
      RAW_BUCKET: state.rawBucket.bucketName,
      WEBHOOK_EVENTS_QUEUE_URL: webhookEvents.queue.queueUrl,
      MESSAGE_RETENTION_DAYS: String(config.messageRetentionDays),
    },
  })
    .allow(['firehose:PutRecord'], [archive.attrArn])
    .allow(['s3:GetObject'], [state.rawBucket.arnForObjects('oversize/*')])
    .allow(
      ['s3:PutObject'],
      ['oversize/*', 'unrecognised/*', 'quarantine/*'].map((prefix) =>
        state.rawBucket.arnForObjects(prefix),
      ),
    );
  allowItems(normalise, props, [
    'dynamodb:GetItem',
    'dynamodb:BatchGetItem',
    'dynamodb:Query',
    'dynamodb:PutItem',
    'dynamodb:PartiQLInsert',
    'dynamodb:PartiQLUpdate',
    'dynamodb:UpdateItem',
    'dynamodb:DeleteItem',
  ]);
  webhookEvents.consumedBy(normalise, {
    batchSize: 10,
    maxConcurrency: config.normaliseConcurrency,
  });
  return webhookEvents;
}
