import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isNativeError } from 'node:util/types';
import type { Change } from './messages.ts';

/** Meta's bounds of one webhook body (pages "Create a webhook endpoint" and "Webhooks overview"). */
export const maxUpdatesPerBody = 1000;
export const maxBodyBytes = 3 * 1024 * 1024;

/**
 * One webhook body with one entry. `time` (seconds) belongs to account, template and phone number
 * fields only. Non-ASCII is written as lower-case `\uXXXX`, the form in which Meta sends and signs it.
 */
export function webhookBody(entryId: string, changes: Change[], time?: number): string {
  const entry = [{ id: entryId, time, changes }];
  return JSON.stringify({ object: 'whatsapp_business_account', entry }).replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The value of `X-Hub-Signature-256` for a body: `sha256=` and the lower-case hex HMAC-SHA256. */
export function signature(body: string | Uint8Array, appSecret: string): string {
  return `sha256=${createHmac('sha256', appSecret).update(body).digest('hex')}`;
}

/** One POST of a body; `status` is null where no answer came. */
export interface Attempt {
  at: string;
  durationMs: number;
  status: number | null;
  error?: string;
}

/** One body on its way to the webhook, with every attempt made so far. */
export interface Delivery {
  bytes: number;
  state: 'retrying' | 'delivered' | 'abandoned';
  attempts: Attempt[];
}

/** Delivers bodies to one webhook as Meta does. */
export interface WebhookSender {
  /** Signs and posts a body. Resolves after the first attempt; never rejects; retries go on alone. */
  deliver(body: string): Promise<Delivery>;
  /** The latest deliveries, oldest first. */
  log: readonly Delivery[];
  /** Ends waiting retries and calls under way. */
  stop(): void;
}

const fourMinutes = [1, 2, 4, 8, 16, 30, 30, 30, 30, 30, 30, 30].map((seconds) => seconds * 1000);
const timeoutMs = 10_000;
const logLength = 1000;

/**
 * A sender that repeats a body, byte for byte, on any answer other than 200 (Meta's page "Webhooks
 * overview"). `retryDelaysMs` compresses Meta's days of backing off.
 */
export function createWebhookSender(
  url: string,
  appSecret: string,
  retryDelaysMs: readonly number[] = fourMinutes,
): WebhookSender {
  const stopping = new AbortController();
  const log: Delivery[] = [];

  async function attempt(body: Uint8Array<ArrayBuffer>, delivery: Delivery): Promise<void> {
    const at = new Date().toISOString();
    const start = performance.now();
    const outcome = await post(body).catch((error) => ({ status: null, error: reasonOf(error) }));
    delivery.attempts.push({ at, durationMs: Math.round(performance.now() - start), ...outcome });
    if (outcome.status === 200) delivery.state = 'delivered';
  }

  async function post(body: Uint8Array<ArrayBuffer>): Promise<{ status: number }> {
    const response = await fetch(url, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'facebookexternalua',
        'x-hub-signature-256': signature(body, appSecret),
      },
      redirect: 'manual',
      signal: AbortSignal.any([stopping.signal, AbortSignal.timeout(timeoutMs)]),
    });
    await response.arrayBuffer();
    return { status: response.status };
  }

  async function retry(body: Uint8Array<ArrayBuffer>, delivery: Delivery): Promise<void> {
    for (const wait of retryDelaysMs) {
      await delay(wait, undefined, { ref: false, signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) break;
      await attempt(body, delivery);
      if (delivery.state === 'delivered') return;
    }
    delivery.state = 'abandoned';
  }

  return {
    async deliver(body) {
      const bytes = new TextEncoder().encode(body);
      const delivery: Delivery = { bytes: bytes.length, state: 'retrying', attempts: [] };
      if (log.push(delivery) > logLength) log.shift();
      await attempt(bytes, delivery);
      if (delivery.state === 'retrying') void retry(bytes, delivery);
      return delivery;
    },
    log,
    stop: () => stopping.abort(),
  };
}

function reasonOf(error: unknown): string {
  if (!isNativeError(error)) return String(error);
  return isNativeError(error.cause) ? error.cause.message : error.message;
}
