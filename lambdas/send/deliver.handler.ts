import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { holdBackInSqs } from '../../shared/queue/hold-back.sqs.ts';
import { putOff } from '../../shared/queue/put-off.ts';
import { backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { metrics } from '../../shared/runtime/observability.ts';
import { lazyObjectStore } from '../../shared/storage/lazy-object-store.ts';
import { sendAdapters } from './adapters.composition.ts';
import { deliverEnvSchema } from './deliver.env.ts';
import { type Delivered, deliver } from './deliver.ts';
import { deliverEventSchema } from './deliver-event.schema.ts';
import { sendMetrics } from './metrics.ts';
import { report } from './observed.composition.ts';
import { paceInDynamoDb } from './pace.dynamodb.ts';

const env = readEnv(deliverEnvSchema);
const { client, ...adapters } = await sendAdapters(env, backgroundBudget);
const ports = {
  ...adapters,
  pace: paceInDynamoDb(client, env.TABLE_NAME),
  store: lazyObjectStore(env.RAW_BUCKET, backgroundBudget),
};
const holdBackOf = new Map(
  [env.SEND_REQUESTS_QUEUE_URL, env.BULK_REQUESTS_QUEUE_URL].map((url) => [
    url.split('/').at(-1) ?? '',
    holdBackInSqs(url),
  ]),
);

/** `deliver`: works both send queues; what cannot be sent now comes again when it has to. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (event: unknown, context) => {
    const { Records: records } = deliverEventSchema.parse(event);
    const deadlineMs = Date.now() + context.getRemainingTimeInMillis();
    const { again, counts } = await deliver(records, deadlineMs, ports);
    for (const [name, count] of Object.entries(metricsOf(counts))) {
      metrics.addMetric(name, MetricUnit.Count, count);
    }
    // Where this fails they come again too: when the queue's visibility timeout is over.
    await putOff(records, again, holdBackOf).catch(report);
    return { batchItemFailures: [...again.keys()].map((itemIdentifier) => ({ itemIdentifier })) };
  });

function metricsOf(counts: Delivered['counts']): Record<string, number> {
  return {
    [sendMetrics.deliveriesAccepted]: counts.accepted,
    [sendMetrics.deliveriesFailed]: counts.failed,
    [sendMetrics.deliveriesUnknown]: counts.unknown,
    [sendMetrics.deliveriesExpired]: counts.expired,
    [sendMetrics.deliveriesDropped]: counts.refused,
    [sendMetrics.deliveriesQuarantined]: counts.malformed,
    [sendMetrics.deliveriesPutOff]: counts.again,
  };
}
