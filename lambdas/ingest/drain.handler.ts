import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import middy from '@middy/core';
import { routesInDynamoDb } from '../../shared/routing/route.dynamodb.ts';
import { awsClientConfig, backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { drainEnvSchema } from './drain.env.ts';
import { drainConnected, type RouteChange, sweep } from './drain.ts';
import { drainEventSchema } from './drain-event.schema.ts';
import { ingestMetrics } from './metrics.ts';
import { parkedInDynamoDb } from './parked.dynamodb.ts';
import { webhookQueueInSqs } from './webhook-queue.sqs.ts';

const env = readEnv(drainEnvSchema);
const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
const ports = {
  // Never remembered: a route that was read before says nothing of now.
  routes: routesInDynamoDb(client, env.TABLE_NAME),
  parked: parkedInDynamoDb(client, env.TABLE_NAME),
  queue: webhookQueueInSqs(env.WEBHOOK_EVENTS_QUEUE_URL),
};

/** `drain`: queues parked changes again, of numbers that are connected in this moment or meanwhile. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler((event: unknown) => {
    const trigger = drainEventSchema.parse(event);
    return trigger.kind === 'routes' ? drainRoutes(trigger.changes) : sweepAll();
  });

async function drainRoutes(changes: readonly RouteChange[]) {
  const { drained, retryFrom, failure } = await drainConnected(changes, ports);
  metrics.addMetric(ingestMetrics.updatesDrained, MetricUnit.Count, drained);
  if (retryFrom !== undefined) {
    logger.error('Draining stopped and starts again', { retryFrom, ...errorFields(failure) });
  }
  const failures = retryFrom === undefined ? [] : [{ itemIdentifier: retryFrom }];
  return { batchItemFailures: failures };
}

async function sweepAll(): Promise<void> {
  const { drained, waiting, failures } = await sweep(ports);
  metrics.addMetric(ingestMetrics.updatesDrained, MetricUnit.Count, drained);
  metrics.addMetric(ingestMetrics.ownersWaiting, MetricUnit.Count, waiting);
  if (failures.length > 0) {
    logger.error('Owners could not be drained', {
      owners: failures.length,
      ...errorFields(failures[0]),
    });
    // Lambda repeats it before the next sweep does.
    throw failures[0];
  }
}
