import { createHmac, timingSafeEqual } from 'node:crypto';
import * as z from 'zod';
import { parseJson } from '../../shared/json.ts';

/** Who has withdrawn access or wants to be forgotten, as Meta says. */
export interface SignedRequest {
  /** App-scoped. */
  metaUserId: string;
  /** RFC 3339. */
  issuedAt: string;
  /** One request has one signature, and nobody can guess it. */
  signature: string;
}

const payloadSchema = z.object({
  algorithm: z.string().regex(/^HMAC-SHA256$/i),
  issued_at: z.number().min(0).max(1e11),
  user_id: z.union([z.string().min(1), z.int().transform(String)]),
});

const base64Url = /^[\w-]+={0,2}$/;

/**
 * Reads Meta's `signed_request`: HMAC-SHA256 of the payload's text as it came, with one of the app's secrets.
 * Source: Meta, "Data deletion request callback", Parsing the request.
 * @returns undefined where it is not Meta's
 */
export function readSignedRequest(
  signedRequest: string,
  appSecrets: readonly string[],
): SignedRequest | undefined {
  const [signature = '', payload = '', ...rest] = signedRequest.split('.');
  if (rest.length > 0 || !base64Url.test(signature) || !base64Url.test(payload)) {
    return undefined;
  }
  const claimed = Buffer.from(signature, 'base64url');
  let matches = false;
  for (const secret of appSecrets) {
    const expected = createHmac('sha256', secret).update(payload).digest();
    matches = (claimed.length === expected.length && timingSafeEqual(expected, claimed)) || matches;
  }
  if (!matches) {
    return undefined;
  }
  const json = parseJson(Buffer.from(payload, 'base64url').toString('utf8'));
  const { data } = payloadSchema.safeParse(json.ok ? json.value : undefined);
  return (
    data && {
      metaUserId: data.user_id,
      issuedAt: new Date(data.issued_at * 1000).toISOString(),
      signature: claimed.toString('base64url'),
    }
  );
}
