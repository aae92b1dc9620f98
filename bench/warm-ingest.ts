import { createHmac } from 'node:crypto';
import * as z from 'zod/mini';
import { answerWebhookRequest } from '../lambdas/ingest/webhook-http.ts';
import { interleaved, median, quartiles, ratio } from './interleaved.ts';
import type { Measurement, Row } from './measurement.ts';
import { mixedWebhook, type SignedWebhook, statusWebhook, textWebhook } from './webhook-samples.ts';

/** What `whatsapp-webhook` does with a request, between API Gateway's event and the request to SQS. */
export const warmIngest: Measurement = {
  title:
    'whatsapp-webhook, warm: verify, split, pack and enqueue into a queue that costs nothing; CPU time, medians of 41 interleaved rounds, beside the HMAC alone',
  minutes: 0.5,
  async run() {
    // As the function is bundled.
    z.config({ jitless: true });
    const webhooks = {
      ...{ text: textWebhook(), status: statusWebhook(), '1,000 updates': mixedWebhook(1000) },
    };
    const rows: Row[] = [];
    for (const [name, webhook] of Object.entries(webhooks)) {
      const { body, appSecret } = webhook;
      const [handler = [], hmac = []] = await interleaved([
        requestOf(webhook),
        () => createHmac('sha256', appSecret).update(body).digest(),
      ]);
      rows.push({
        ...{ webhook: name, bytes: body.length },
        ...{ 'CPU µs': median(handler), 'q1-q3': quartiles(handler) },
        ...{ 'HMAC µs': median(hmac), 'x HMAC': ratio(handler, hmac) },
        'a second on one core': Math.round(1_000_000 / median(handler)),
      });
    }
    return rows;
  },
};

/** Hands a webhook to the function's code, which must take it. */
function requestOf({ body, signature, appSecret }: SignedWebhook): () => Promise<void> {
  const event = {
    requestContext: { http: { method: 'POST' } },
    headers: { 'x-hub-signature-256': signature },
    ...{ body: body.toString(), isBase64Encoded: false },
  };
  const nowhere = async () => {
    throw new Error('Nothing of it goes to the bucket');
  };
  const ports = {
    appSecret: { read: async () => ({ appSecrets: [appSecret], verifyTokens: [] }) },
    queue: { send: async () => undefined },
    store: { put: nowhere, get: nowhere },
    now: () => new Date(),
  };
  return async () => {
    const { answer } = await answerWebhookRequest(event, ports);
    if (answer.statusCode !== 200) throw new Error(`It was answered ${answer.statusCode}`);
  };
}
