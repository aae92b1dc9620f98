import { Webhook } from 'standardwebhooks';
import type { SigningSecrets } from './signing-secrets.schema.ts';

/**
 * The headers that prove where a body comes from, one signature for each secret.
 * Source: Standard Webhooks, "Webhook headers (sending metadata to consumers)".
 * @param at when this attempt is made: a receiver refuses what is older than five minutes
 */
export function signedHeaders(
  { id, body }: { id: string; body: string },
  { secrets }: SigningSecrets,
  at: Date,
): Record<string, string> {
  const signatures = secrets.map((secret) => new Webhook(secret).sign(id, at, body));
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signatures.join(' '),
  };
}
