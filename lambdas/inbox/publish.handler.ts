import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { backgroundBudget } from '../../shared/runtime/aws-client.ts';
import { countBy } from '../../shared/runtime/count-by.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { lazyObjectStore } from '../../shared/storage/lazy-object-store.ts';
import { inboxMetrics } from './metrics.ts';
import { outgoingQueuesInSqs } from './outgoing-queues.sqs.ts';
import { publishEnvSchema } from './publish.env.ts';
import { publishChanges } from './publish.ts';
import { isHistory } from './queued-event.ts';
import { streamEventSchema } from './stream-event.schema.ts';
import { failureIn, tallyOf } from './told.ts';

const env = readEnv(publishEnvSchema);
const ports = {
  queues: outgoingQueuesInSqs({
    events: env.INBOX_EVENTS_QUEUE_URL,
    history: env.INBOX_HISTORY_QUEUE_URL,
    mediaJobs: env.MEDIA_JOBS_QUEUE_URL,
    transcribeJobs: env.TRANSCRIBE_JOBS_QUEUE_URL,
  }),
  store: lazyObjectStore(env.RAW_BUCKET, backgroundBudget),
};

/** `publish`: turns the table's stream into inbox events and jobs; from the first failure on it comes again. */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (event: unknown) => {
    const changes = streamEventSchema.parse(event).Records.map(({ dynamodb }) => ({
      sequenceNumber: dynamodb.SequenceNumber,
      before: dynamodb.OldImage,
      after: dynamodb.NewImage,
    }));
    const result = await publishChanges(changes, ports);
    const { published, jobs, quarantined, retryFrom, failure } = result;
    metrics.addMetric(inboxMetrics.eventsPublished, MetricUnit.Count, published.length);
    metrics.addMetric(inboxMetrics.jobsQueued, MetricUnit.Count, jobs);
    for (const { name, dimension, ...counted } of tallyOf(published)) {
      countBy(name, dimension, counted);
    }
    for (const failure of published.flatMap((event) => failureIn(event) ?? [])) {
      logger.info('An organisation was told of a failure', { ...failure });
    }
    for (const event of published) {
      // Imported history is as old as it is.
      if (!isHistory(event)) {
        const lagMs = Date.now() - Date.parse(event.occurredAt);
        metrics.addMetric(inboxMetrics.publishLagMs, MetricUnit.Milliseconds, lagMs);
      }
      if (event.type === 'connection.updated' && event.state === 'degraded') {
        const { organizationId, wabaId, reason } = event;
        metrics.addMetric(inboxMetrics.connectionsDegraded, MetricUnit.Count, 1);
        logger.warn('A connection does not work', { organizationId, wabaId, reason });
      }
    }
    if (quarantined > 0) {
      metrics.addMetric(inboxMetrics.eventsQuarantined, MetricUnit.Count, quarantined);
      logger.error('Events were set aside that can never be published', { quarantined });
    }
    if (retryFrom !== undefined) {
      logger.error('Publishing stopped and starts again', { retryFrom, ...errorFields(failure) });
    }
    const failures = retryFrom === undefined ? [] : [{ itemIdentifier: retryFrom }];
    return { batchItemFailures: failures };
  });
