import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import * as z from 'zod/mini';
import { appSecretInSecretsManager } from '../../shared/app-secret/app-secret.secrets-manager.ts';
import { cachedAppSecret } from '../../shared/app-secret/app-secret-cache.ts';
import { interactiveBudget } from '../../shared/runtime/aws-client.ts';
import { readEnv } from '../../shared/runtime/env.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { lazyObjectStore } from '../../shared/storage/lazy-object-store.ts';
import { ingestMetrics } from './metrics.ts';
import { receiveWebhook, verifyCallback, type WebhookOutcome } from './receive-webhook.ts';
import { webhookEnvSchema } from './webhook.env.ts';
import { webhookQueueInSqs } from './webhook-queue.sqs.ts';

/** What is used of API Gateway's event. Source: API Gateway, Lambda proxy payload format 2.0. */
const eventSchema = z.object({
  requestContext: z.object({ http: z.object({ method: z.string() }) }),
  headers: z.optional(z.record(z.string(), z.string())),
  queryStringParameters: z.optional(z.record(z.string(), z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
});

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

const answers = {
  challenge: 200,
  refused: 403,
  unsigned: 401,
  accepted: 200,
} as const satisfies Record<WebhookOutcome['kind'], number>;

/** `whatsapp-webhook`: Meta's handshake (GET) and webhooks (POST). */
export const handler = middy()
  .use(logMetrics(metrics))
  .handler(async (event: unknown) => {
    const { requestContext, headers, queryStringParameters, body, isBase64Encoded } =
      eventSchema.parse(event);
    try {
      const outcome =
        requestContext.http.method === 'GET'
          ? await verifyCallback(queryStringParameters ?? {}, ports)
          : await receiveWebhook(
              Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8'),
              headers?.['x-hub-signature-256'],
              ports,
            );
      count(outcome);
      return text(answers[outcome.kind], outcome.kind === 'challenge' ? outcome.challenge : '');
    } catch (error) {
      logger.error('Webhook deferred: Meta will send it again', errorFields(error));
      metrics.addMetric(ingestMetrics.webhooksDeferred, MetricUnit.Count, 1);
      return text(503, '');
    }
  });

function count(outcome: WebhookOutcome): void {
  if (outcome.kind === 'unsigned') {
    metrics.addMetric(ingestMetrics.webhooksUnsigned, MetricUnit.Count, 1);
  } else if (outcome.kind === 'accepted') {
    metrics.addMetric(ingestMetrics.webhooksAccepted, MetricUnit.Count, 1);
    if (outcome.quarantined) {
      metrics.addMetric(ingestMetrics.webhooksQuarantined, MetricUnit.Count, 1);
      logger.warn('Part of a signed webhook was set aside', { problem: outcome.quarantined });
    }
  }
}

/** An answer as API Gateway takes it; plain text, so that an echoed challenge is never a page. */
function text(statusCode: number, body: string) {
  return {
    statusCode,
    headers: { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' },
    body,
  };
}
