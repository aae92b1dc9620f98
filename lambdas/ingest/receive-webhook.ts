import type { AppSecretSource } from '../../shared/app-secret/app-secret.port.ts';
import { hash } from '../../shared/hash.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import { acceptedChallenge } from './handshake.ts';
import { pack } from './pack.ts';
import { isSignedByMeta } from './signature.ts';
import { splitChanges } from './split.ts';
import type { WebhookQueue } from './webhook-queue.port.ts';

/** What the receiving of webhooks needs from outside. */
export interface WebhookPorts {
  appSecret: AppSecretSource;
  queue: WebhookQueue;
  /** The raw bucket. */
  store: ObjectStore;
  now(): Date;
}

/** What became of a request, and what the metrics count. */
export type WebhookOutcome =
  | { kind: 'challenge'; challenge: string }
  | { kind: 'refused' }
  | { kind: 'unsigned' }
  | { kind: 'accepted'; changes: number; messages: number; quarantined?: Envelope['problem'] };

/**
 * Answers Meta's verification of the callback URL.
 * @throws when the app's secret cannot be read.
 */
export async function verifyCallback(
  query: Readonly<Record<string, string | undefined>>,
  { appSecret }: Pick<WebhookPorts, 'appSecret'>,
): Promise<WebhookOutcome> {
  const { verifyTokens } = await appSecret.read();
  const challenge = acceptedChallenge(query, verifyTokens);
  return challenge === undefined ? { kind: 'refused' } : { kind: 'challenge', challenge };
}

/**
 * Takes a webhook in: nothing of it is looked at before its signature is found right, and it is
 * accepted only when all of it is durably queued or set aside.
 * @throws when that could not be done: Meta then sends the same webhook again, for days.
 */
export async function receiveWebhook(
  body: Uint8Array,
  signature: string | undefined,
  { appSecret, queue, store, now }: WebhookPorts,
): Promise<WebhookOutcome> {
  const { appSecrets } = await appSecret.read();
  if (!isSignedByMeta(body, signature, appSecrets)) {
    return { kind: 'unsigned' };
  }
  const receivedAt = now().toISOString();
  const { changes, problem } = readEnvelope(Buffer.from(body).toString());
  if (problem) {
    const day = receivedAt.slice(0, 10);
    await store.put(`quarantine/webhook/${problem}/${day}/${hashOfBytes(body)}.json`, body);
  }
  const messages = await Promise.all(
    splitChanges(changes, receivedAt).map((bundle) => pack(bundle, store)),
  );
  if (messages.length > 0) {
    await queue.send(messages);
  }
  return {
    kind: 'accepted',
    changes: changes.length,
    messages: messages.length,
    quarantined: problem,
  };
}

function hashOfBytes(bytes: Uint8Array): string {
  return hash(Buffer.from(bytes).toString('latin1'));
}
