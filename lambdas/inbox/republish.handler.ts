import { setTimeout as delay } from 'node:timers/promises';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { holdBackInSqs } from '../../shared/queue/hold-back.sqs.ts';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { tableReader } from '../../shared/table/table-reader.dynamodb.ts';
import { jobsInDynamoDb } from './jobs.dynamodb.ts';
import { inboxMetrics } from './metrics.ts';
import { outgoingQueuesInSqs } from './outgoing-queues.sqs.ts';
import { peopleInDynamoDb } from './people.dynamodb.ts';
import { republishEnvSchema } from './republish.env.ts';
import { workRepublish } from './republish.ts';
import { republishEventSchema } from './republish-event.schema.ts';
import { republishJobs, republishMessageSchema } from './republish-job.schema.ts';
import { storedEventsInDynamoDb } from './stored-events.dynamodb.ts';

const env = readEnv(republishEnvSchema);
const { TABLE_NAME: tableName } = env;
const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
const ports = {
  jobs: jobsInDynamoDb(
    client,
    { tableName, reader: tableReader(client, tableName) },
    republishJobs,
  ),
  people: peopleInDynamoDb(client, { tableName, listingIndex: env.LISTING_INDEX }),
  events: storedEventsInDynamoDb(client, { tableName, conversationIndex: env.CONVERSATION_INDEX }),
  queues: outgoingQueuesInSqs({
    events: env.INBOX_EVENTS_QUEUE_URL,
    history: env.INBOX_HISTORY_QUEUE_URL,
  }),
  now: () => new Date(),
  pause: (ms: number) => delay(ms),
  report: (error: unknown) => logger.error('A step failed', errorFields(error)),
};
const holdBack = holdBackInSqs(env.REPUBLISH_JOBS_QUEUE_URL);

/** With less time left no further page is begun, in ms. */
const pageMs = 30_000;

const failureWaitMs = 30_000;

/** `republish`: tells stored events again, as much of a job at once as its time allows. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (event: unknown, context) => {
    const hasTime = () => context.getRemainingTimeInMillis() > pageMs;
    const failures: { itemIdentifier: string }[] = [];
    for (const { id, receiptHandle, body, queuedAtMs } of republishEventSchema.parse(event)
      .Records) {
      metrics.addMetric(inboxMetrics.jobAgeMs, MetricUnit.Milliseconds, Date.now() - queuedAtMs);
      const waitMs = await work(body, hasTime);
      if (waitMs !== undefined) {
        failures.push({ itemIdentifier: id });
        // Where this fails it comes again too: when the queue's visibility timeout is over.
        await holdBack.delay([receiptHandle], waitMs).catch(ports.report);
      }
    }
    return { batchItemFailures: failures };
  });

/** @returns in how many ms the job has to come again, if it has to */
async function work(body: string, hasTime: () => boolean): Promise<number | undefined> {
  try {
    const message = republishMessageSchema.parse(JSON.parse(body));
    return (await workRepublish(message, { ...ports, hasTime })) === 'again' ? 0 : undefined;
  } catch (error) {
    ports.report(error);
    return failureWaitMs;
  }
}
