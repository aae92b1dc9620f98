import { createHmac, timingSafeEqual } from 'node:crypto';

const scheme = 'sha256=';

/** Both compared as text, and always here: to make new ones takes half as long as to sign a text. */
const expected = Buffer.from(scheme.padEnd(scheme.length + 64));
const claimed = Buffer.alloc(expected.length);

const format = /^sha256=[0-9a-f]{64}$/;

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
  const claim = header?.match(format)?.[0];
  if (claim === undefined) {
    return false;
  }
  claimed.write(claim);
  let matches = false;
  for (const secret of appSecrets) {
    const digits = createHmac('sha256', secret).update(body).digest('hex');
    expected.write(digits, scheme.length);
    matches = timingSafeEqual(expected, claimed) || matches;
  }
  return matches;
}
