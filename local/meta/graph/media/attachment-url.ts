import { createHmac } from 'node:crypto';

const path = '/whatsapp_business/attachments/';
const lifetimeMs = 300_000;

/**
 * Where the bytes of a media id are, for five minutes from `now` (epoch ms). The address is on the
 * simulated Graph API: nothing leaves the machine. Source: Meta, "Media".
 */
export function attachmentUrl(graphUrl: string, id: string, now: number, source = ''): string {
  const query = new URLSearchParams({
    mid: id,
    ...(source && { source }),
    ext: String(Math.floor((now + lifetimeMs) / 1000)),
  });
  return `${graphUrl}${path}?${query}`;
}

/**
 * Where a download with this query is redirected, as the redirect of that number. The address needs no
 * bearer token, which clients must not send along: it is signed.
 */
export function redirectUrl(
  graphUrl: string,
  appSecret: string,
  query: URLSearchParams,
  redirects: number,
): string {
  const signed = new URLSearchParams(query);
  signed.set('redirects', String(redirects));
  signed.set('signature', signatureOf(signed, appSecret));
  return `${graphUrl}${path}?${signed}`;
}

/** How many redirects have led to an attachment's query: 0 unless it is that of `redirectUrl`. */
export function redirectsSoFar(appSecret: string, query: URLSearchParams): number {
  const isOurs = query.get('signature') === signatureOf(query, appSecret);
  return isOurs ? Number(query.get('redirects')) : 0;
}

function signatureOf(query: URLSearchParams, appSecret: string): string {
  const signed = ['mid', 'ext', 'redirects'].map((name) => query.get(name));
  return createHmac('sha256', appSecret).update(signed.join()).digest('base64url');
}
