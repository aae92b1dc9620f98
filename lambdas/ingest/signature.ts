import { createHmac, timingSafeEqual } from 'node:crypto';

/** Anything behind the 64 digits makes it another header: Node's hex decoder would ignore it. */
const format = /^sha256=([0-9a-f]{64})$/;

/**
 * Tells whether Meta signed these bytes: HMAC-SHA256 of the raw body with one of the app's secrets.
 * Every secret is tried in full, so that the time taken does not tell which one matched.
 * Source: Meta, "Create a webhook endpoint", Validating payloads.
 * @param header the value of `X-Hub-Signature-256`
 */
export function isSignedByMeta(
  body: Uint8Array,
  header: string | undefined,
  appSecrets: readonly string[],
): boolean {
  const hex = header?.match(format)?.[1];
  if (hex === undefined) {
    return false;
  }
  const claimed = Buffer.from(hex, 'hex');
  let matches = false;
  for (const secret of appSecrets) {
    const expected = createHmac('sha256', secret).update(body).digest();
    matches = timingSafeEqual(expected, claimed) || matches;
  }
  return matches;
}
