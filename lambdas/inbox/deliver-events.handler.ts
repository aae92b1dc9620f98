import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { holdBackInSqs } from '../../shared/queue/hold-back.sqs.ts';
import { putOff } from '../../shared/queue/put-off.ts';
import { countBy } from '../../shared/runtime/count-by.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { endpointOverHttps } from '../../shared/webhooks-out/endpoint.https.ts';
import { deliverEventsEnvSchema } from './deliver-events.env.ts';
import { type DeliveryAttempt, deliverEvent } from './deliver-events.ts';
import { deliverEventsEventSchema } from './deliver-events-event.schema.ts';
import { signingSecretsInSecretsManager } from './deliver-events-secrets.secrets-manager.ts';
import { inboxMetrics } from './metrics.ts';

const env = readEnv(deliverEventsEnvSchema);
const nameOf = (queueUrl: string) => queueUrl.split('/').at(-1) ?? '';
const eventsEndpoint = endpointOverHttps({ url: env.EVENTS_ENDPOINT });
const historyEndpoint = endpointOverHttps({ url: env.HISTORY_ENDPOINT });
const holdBackOf = new Map(
  [env.INBOX_EVENTS_QUEUE_URL, env.INBOX_HISTORY_QUEUE_URL].map((url) => [
    nameOf(url),
    holdBackInSqs(url),
  ]),
);
const ports = {
  secrets: signingSecretsInSecretsManager(env.EVENTS_SECRET_ARN, Date.now),
  now: () => new Date(),
  random: Math.random,
  report: (error: unknown) => logger.error('Delivering met an error', errorFields(error)),
};

/** `deliver-events`: posts an event to the inbox backend; what it does not take comes again. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (event: unknown) => {
    const [record] = deliverEventsEventSchema.parse(event).Records;
    const isHistory = record.queueArn.endsWith(`:${nameOf(env.INBOX_HISTORY_QUEUE_URL)}`);
    const endpoint = isHistory ? historyEndpoint : eventsEndpoint;
    const attempt = await deliverEvent(record, { ...ports, endpoint });
    measure(attempt, Date.now() - record.queuedAtMs);
    const { waitMs, eventId, outcome, answer } = attempt;
    if (waitMs === undefined) {
      return { batchItemFailures: [] };
    }
    // Not where it redirects to: such an address may hold a token.
    const said =
      answer?.kind === 'answered' ? { status: answer.status } : { problem: answer?.problem };
    const { receives } = record;
    logger.warn('An event was not delivered', { eventId, outcome, ...said, receives, waitMs });
    // Where this fails it comes again too: when the queue's visibility timeout is over.
    await putOff([record], new Map([[record.id, waitMs]]), holdBackOf).catch(ports.report);
    return { batchItemFailures: [{ itemIdentifier: record.id }] };
  });

/** @param lagMs how long the event has been in its queue */
function measure({ outcome, durationMs }: DeliveryAttempt, lagMs: number): void {
  if (durationMs !== undefined) {
    metrics.addMetric(inboxMetrics.deliveryMs, MetricUnit.Milliseconds, durationMs);
  }
  if (outcome === 'delivered') {
    metrics.addMetric(inboxMetrics.eventsDelivered, MetricUnit.Count, 1);
    metrics.addMetric(inboxMetrics.deliveryLagMs, MetricUnit.Milliseconds, lagMs);
    return;
  }
  // An alarm cannot add up the values of a dimension.
  metrics.addMetric(inboxMetrics.deliveriesFailed, MetricUnit.Count, 1);
  countBy(inboxMetrics.deliveriesFailed, { outcome });
}
