import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { holdBackInSqs } from '../../shared/queue/hold-back.sqs.ts';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { eraseEnvSchema } from './erase.env.ts';
import { workErasure } from './erase.ts';
import { eraseEventSchema } from './erase-event.schema.ts';
import { erasureDataInDynamoDb } from './erasure-data.dynamodb.ts';
import { erasureJobs, erasureMessageSchema } from './erasure-job.schema.ts';
import { erasableObjectsInS3 } from './erasure-objects.s3.ts';
import { jobsInDynamoDb } from './jobs.dynamodb.ts';
import { inboxMetrics } from './metrics.ts';
import { peopleInDynamoDb } from './people.dynamodb.ts';
import { storedEventsInDynamoDb } from './stored-events.dynamodb.ts';

const env = readEnv(eraseEnvSchema);
const { TABLE_NAME: tableName } = env;
const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
const reader = tableReader(client, tableName);
const ports = {
  jobs: jobsInDynamoDb(client, { tableName, reader }, erasureJobs),
  data: erasureDataInDynamoDb(client, { tableName, reader }),
  people: peopleInDynamoDb(client, { tableName, listingIndex: env.LISTING_INDEX }),
  events: storedEventsInDynamoDb(client, { tableName, conversationIndex: env.CONVERSATION_INDEX }),
  media: erasableObjectsInS3(env.MEDIA_BUCKET),
  raw: erasableObjectsInS3(env.RAW_BUCKET),
  settleMs: env.SETTLE_SECONDS * 1000,
  retentionDays: env.MESSAGE_RETENTION_DAYS,
  now: () => new Date(),
};
const holdBack = holdBackInSqs(env.ERASURE_JOBS_QUEUE_URL);
const report = (error: unknown) => logger.error('A step failed', errorFields(error));

/** With less time left no further page is begun, in ms. */
const pageMs = 30_000;

const failureWaitMs = 30_000;

/** `erase`: erases people and organisations, as much at once as its time allows. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (event: unknown, context) => {
    const hasTime = () => context.getRemainingTimeInMillis() > pageMs;
    const failures: { itemIdentifier: string }[] = [];
    const { Records: records } = eraseEventSchema.parse(event);
    for (const { messageId, receiptHandle, body, attributes } of records) {
      const ageMs = Date.now() - attributes.SentTimestamp;
      metrics.addMetric(inboxMetrics.jobAgeMs, MetricUnit.Milliseconds, ageMs);
      const waitMs = await work(body, hasTime);
      if (waitMs !== undefined) {
        failures.push({ itemIdentifier: messageId });
        // Where this fails it comes again too: when the queue's visibility timeout is over.
        await holdBack.delay([receiptHandle], waitMs).catch(report);
      }
    }
    return { batchItemFailures: failures };
  });

/** @returns in how many ms the erasure has to come again, if it has to */
async function work(body: string, hasTime: () => boolean): Promise<number | undefined> {
  try {
    const message = erasureMessageSchema.parse(JSON.parse(body));
    return await workErasure(message, { ...ports, hasTime });
  } catch (error) {
    report(error);
    return failureWaitMs;
  }
}
