import { normalizeWebhook, verifySignature } from '@kapso/whatsapp-cloud-api/server';
import { WhatsAppAPI } from 'whatsapp-api-js/middleware/node-http';
import { readEnvelope } from '../lambdas/ingest/envelope.ts';
import { readingsOf } from '../lambdas/ingest/readings.ts';
import { isSignedByMeta } from '../lambdas/ingest/signature.ts';
import { type SignedWebhook, sampleNumber } from './webhook-samples.ts';

/** Takes a webhook as far as the application gets it. @returns how many messages and statuses that is */
export type WebhookParser = (webhook: SignedWebhook) => number | Promise<number>;

/** Later than the samples, as it always is. */
const receivedAt = new Date(Date.now() + 1000).toISOString();

/** Ours without the signature: parse, validate and normalise. */
export const unverified: WebhookParser = ({ body }) => {
  let delivered = 0;
  for (const change of readEnvelope(body.toString()).changes) {
    for (const { interpretation } of readingsOf(change, sampleNumber, receivedAt)) {
      delivered += 'drafts' in interpretation ? interpretation.drafts.length : 0;
    }
  }
  return delivered;
};

/** Ours: verify, parse, validate and normalise. */
export const verified: WebhookParser = (webhook) => {
  const { body, signature, appSecret } = webhook;
  if (!isSignedByMeta(body, signature, [appSecret])) throw new Error('Refused the signature');
  return unverified(webhook);
};

/** What nobody does without; it delivers nothing. */
export const jsonParse: WebhookParser = ({ body }) => {
  JSON.parse(body.toString());
  return 0;
};

/** As its README has it, "Webhooks". */
export const kapso: WebhookParser = ({ body, signature: signatureHeader, appSecret }) => {
  if (!verifySignature({ appSecret, rawBody: body, signatureHeader })) {
    throw new Error('Refused the signature');
  }
  const { messages, statuses } = normalizeWebhook(JSON.parse(body.toString('utf8')));
  return messages.length + statuses.length;
};

const apis = new Map<string, { api: WhatsAppAPI; delivered: number }>();

function apiOf(appSecret: string) {
  const known = apis.get(appSecret);
  if (known) return known;
  const made = { api: new WhatsAppAPI({ token: 'none', appSecret, v: 'v24.0' }), delivered: 0 };
  made.api.on.message = made.api.on.status = () => {
    made.delivered++;
  };
  apis.set(appSecret, made);
  return made;
}

/** As its README has it, its `post`. */
export const whatsappApiJs: WebhookParser = async ({ body, signature, appSecret }) => {
  const known = apiOf(appSecret);
  known.delivered = 0;
  const text = body.toString();
  await known.api.post(JSON.parse(text), text, signature);
  return known.delivered;
};
