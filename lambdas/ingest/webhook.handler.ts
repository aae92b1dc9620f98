import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { appSecretInSecretsManager } from '../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../shared/app-secret/app-secret-cache.ts';
import { interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { lazyObjectStore } from '../../shared/storage/lazy-object-store.ts';
import { ingestMetrics } from './metrics.ts';
import { webhookEnvSchema } from './webhook.env.ts';
import { answerWebhookRequest, type RequestOutcome } from './webhook-http.ts';
import { webhookQueueInSqs } from './webhook-queue.sqs.ts';

const env = readEnv(webhookEnvSchema);
const queue = webhookQueueInSqs(env.WEBHOOK_EVENTS_QUEUE_URL);
const ports = {
  appSecret: cachedAppSecret(appSecretInSecretsManager(env.APP_SECRET_ARN), Date.now),
  queue,
  store: lazyObjectStore(env.RAW_BUCKET, interactiveBudget),
  now: () => new Date(),
};
// Lambda's init has a whole CPU: connections made here are missing from the first answer's time.
await Promise.all([queue.warmUp(), ports.appSecret.read().catch(() => undefined)]);

/** `whatsapp-webhook`: Meta's handshake (GET) and webhooks (POST). */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (event: unknown) => {
    const { answer, outcome } = await answerWebhookRequest(event, ports);
    observe(outcome);
    return answer;
  });

const metricOf = {
  challenge: ingestMetrics.callbacksVerified,
  refused: ingestMetrics.callbacksRefused,
  accepted: ingestMetrics.webhooksAccepted,
  unsigned: ingestMetrics.webhooksUnsigned,
  deferred: ingestMetrics.webhooksDeferred,
} as const satisfies Record<RequestOutcome['kind'], string>;

function observe(outcome: RequestOutcome): void {
  metrics.addMetric(metricOf[outcome.kind], MetricUnit.Count, 1);
  if (outcome.kind === 'deferred') {
    logger.error('Webhook deferred: Meta will send it again', errorFields(outcome.error));
  } else if (outcome.kind === 'accepted' && outcome.quarantined) {
    metrics.addMetric(ingestMetrics.webhooksQuarantined, MetricUnit.Count, 1);
    logger.warn('Part of a signed webhook was set aside', { problem: outcome.quarantined });
  }
}
