import { createHmac, timingSafeEqual } from 'node:crypto';
import { readEvent } from './event.ts';
import { type EventHandler, handleOnce, type SeenEvents, seenInMemory } from './seen-events.ts';
import type { InboxEvent } from './types.ts';

/** A request as a server has received it. */
export interface WebhookRequest {
  headers: Headers | Readonly<Record<string, string | string[] | undefined>>;
  /** As it came: JSON that was parsed and written again has another signature. */
  body: string | Uint8Array;
}

/** Whose signatures count. */
export interface WebhookSecrets {
  /** `whsec_...`; during a rotation the new one and the old one. */
  secrets: readonly string[];
  /** For how long a signature is good, in seconds, before and after; 300 where absent. */
  toleranceSeconds?: number;
}

/** What `receiveWebhook` works with. */
export interface WebhookOptions extends WebhookSecrets {
  handler: EventHandler;
  /** Where it is remembered what was handled; in memory where absent. */
  store?: SeenEvents;
  /** Gets what the handler or the store has thrown; a warning of the process where absent. */
  onError?(error: unknown, event: InboxEvent): void;
}

/**
 * The event of a webhook that is genuine; undefined for any other. Twenty lines in place of the library
 * of Standard Webhooks, so that the package needs nothing that a backend in AWS has no use for.
 * Source: Standard Webhooks, "Verifying signatures".
 */
export function verifyWebhook(
  request: WebhookRequest,
  { secrets, toleranceSeconds = 300 }: WebhookSecrets,
): InboxEvent | undefined {
  const id = header(request, 'webhook-id');
  const sentAt = header(request, 'webhook-timestamp');
  const signatures = header(request, 'webhook-signature')
    .split(' ')
    .map((each) => Buffer.from(each));
  if (!/^\d+$/.test(sentAt)) return undefined;
  if (Math.abs(Date.now() / 1000 - Number(sentAt)) > toleranceSeconds) return undefined;
  const body = Buffer.from(request.body);
  const isGenuine = secrets.some((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const mac = createHmac('sha256', key).update(`${id}.${sentAt}.`).update(body);
    const expected = Buffer.from(`v1,${mac.digest('base64')}`);
    return signatures.some(
      (given) => given.length === expected.length && timingSafeEqual(given, expected),
    );
  });
  return isGenuine ? readEvent(body.toString()) : undefined;
}

/**
 * Makes what an HTTP server asks for the status to answer. 401: not genuine. 204: handled, now or before. 500: it
 * failed, and comes again. Within ten seconds: put long work into a queue of your own.
 */
export function receiveWebhook(
  options: WebhookOptions,
): (request: WebhookRequest) => Promise<204 | 401 | 500> {
  const { handler, store = seenInMemory() } = options;
  const { onError = (error) => process.emitWarning(String(error)) } = options;
  return async (request) => {
    const event = verifyWebhook(request, options);
    if (!event) return 401;
    try {
      await handleOnce(event, handler, store);
      return 204;
    } catch (error) {
      onError(error, event);
      return 500;
    }
  };
}

function header({ headers }: WebhookRequest, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === 'string' ? value : '';
}
