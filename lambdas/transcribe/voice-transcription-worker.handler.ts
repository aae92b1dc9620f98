import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { toTranscribable } from '../../shared/media/remux.ts';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { settingsInDynamoDb } from '../../shared/settings/settings.dynamodb.ts';
import { lazyObjectStore } from '../../shared/storage/lazy-object-store.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { lazyHoldBack, lazyMediaBucket } from './lazy-parts.ts';
import { transcribeMetrics } from './metrics.ts';
import { jobEnded, sweepTranscriptions } from './move-transcription.ts';
import { transcriberInTranscribe } from './transcribe.transcribe.ts';
import { count, onTold } from './transcribe-metrics.composition.ts';
import { transcriptionsInDynamoDb } from './transcriptions.dynamodb.ts';
import { transcribeEnvSchema } from './voice-transcription-worker.env.ts';
import { type Worked, workJobs } from './worker.ts';
import { workerEventSchema } from './worker-event.schema.ts';

const env = readEnv(transcribeEnvSchema);
const { TABLE_NAME: tableName, LISTING_INDEX: indexName, MEDIA_BUCKET: bucket } = env;
const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
const reader = tableReader(client, tableName);
const queue = lazyHoldBack(env.TRANSCRIBE_JOBS_QUEUE_URL);
const holdBack = ({ receiptHandle, waitMs }: Worked['again'][number]) =>
  queue.delay([receiptHandle], waitMs);
const ports = {
  transcriptions: transcriptionsInDynamoDb(client, { tableName, indexName, reader }),
  transcriber: transcriberInTranscribe({
    bucket,
    keyArn: env.DATA_KEY_ARN,
    dataAccessRoleArn: env.DATA_ACCESS_ROLE_ARN,
  }),
  media: lazyMediaBucket(bucket),
  toTranscribable,
  settings: settingsInDynamoDb(client, { tableName, reader }),
  store: lazyObjectStore(env.RAW_BUCKET, backgroundBudget),
  jobNamePrefix: env.JOB_NAME_PREFIX,
  now: () => new Date(),
  onTold,
  report: (error: unknown) => logger.error('A step failed', errorFields(error)),
};

/** With less time left no further page is begun, in ms. */
const pageMs = 20_000;

/** `voice-transcription-worker`: starts transcriptions, takes over what they found, and moves on what is stuck. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (raw: unknown, context) => {
    const event = workerEventSchema.parse(raw);
    if (event.kind === 'job-ended') {
      return jobEnded(event.job, event.status, ports);
    }
    if (event.kind === 'sweep') {
      const deadlineMs = Date.now() + context.getRemainingTimeInMillis() - pageMs;
      return count(
        transcribeMetrics.transcriptionsSwept,
        await sweepTranscriptions(deadlineMs, ports),
      );
    }
    const { again, quarantined } = await workJobs(event.records, ports);
    count(transcribeMetrics.transcribeJobsPutOff, again.length);
    count(transcribeMetrics.transcribeJobsQuarantined, quarantined);
    // Where this fails they come again too: when the queue's visibility timeout is over.
    await Promise.all(again.map(holdBack)).catch(ports.report);
    return { batchItemFailures: again.map(({ id }) => ({ itemIdentifier: id })) };
  });
