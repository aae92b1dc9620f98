import { createHmac } from 'node:crypto';

/**
 * A `signed_request` as Meta posts it, form encoded, to the deauthorise and data deletion callbacks.
 * `issuedAt` is in seconds. Source: Meta, "Data deletion request callback".
 */
export function signedRequest(
  { userId, issuedAt }: { userId: string; issuedAt: number },
  appSecret: string,
): string {
  const content = { algorithm: 'HMAC-SHA256', issued_at: issuedAt, user_id: userId };
  const payload = Buffer.from(JSON.stringify(content)).toString('base64url');
  return `${createHmac('sha256', appSecret).update(payload).digest('base64url')}.${payload}`;
}
