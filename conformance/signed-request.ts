import { createHmac } from 'node:crypto';
import { signature } from '../local/meta/webhook.ts';
import type { CaseRequest, SignatureKind } from './case.schema.ts';
import type { FilledIn } from './fill-in.ts';

/** What the receiver under test is configured with. */
export interface Keys {
  appSecret: string;
  verifyToken?: string | undefined;
}

/** A request as it goes over the wire. */
export interface WireRequest {
  method: 'GET' | 'POST';
  /** Of a GET. */
  query?: Record<string, string>;
  headers: Record<string, string>;
  body?: string;
}

/** Makes of a case's request what is posted. */
export function wireRequest(request: CaseRequest, filledIn: FilledIn, keys: Keys): WireRequest {
  if ('query' in request) {
    const query = Object.entries(request.query).map(([name, value]) => [
      name,
      filledIn.text(value),
    ]);
    return { method: 'GET', query: Object.fromEntries(query), headers: {} };
  }
  const body =
    'text' in request ? filledIn.text(request.text) : escaped(filledIn.json(request.body));
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'facebookexternalua',
    ...signatureHeaders(request.signature, body, keys),
  };
  return { method: 'POST', headers, body };
}

/** Source: Meta, "Webhooks: Getting started": what is signed has lower-case escapes beyond ASCII. */
function escaped(json: string): string {
  return json.replace(
    /[\u0080-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function signatureHeaders(
  kind: SignatureKind,
  body: string,
  { appSecret, verifyToken = 'verify token' }: Keys,
): Record<string, string> {
  const sha256 = (value: string) => ({ 'x-hub-signature-256': value });
  const sha1 = {
    'x-hub-signature': `sha1=${createHmac('sha1', appSecret).update(body).digest('hex')}`,
  };
  const right = signature(body, appSecret);
  const zeros = `sha256=${'0'.repeat(64)}`;
  switch (kind) {
    case 'valid':
      return sha256(right);
    case 'with-sha1':
      return { ...sha1, ...sha256(right) };
    case 'none':
      return {};
    case 'empty':
      return sha256('');
    case 'prefix-alone':
      return sha256('sha256=');
    case 'zeros':
      return sha256(zeros);
    case 'other-secret':
      return sha256(signature(body, `not ${appSecret}`));
    case 'verify-token':
      return sha256(signature(body, verifyToken));
    case 'cut-short':
      return sha256(right.slice(0, 'sha256='.length + 32));
    case 'no-hex':
      return sha256(`sha256=${'z'.repeat(64)}`);
    case 'sha1-only':
      return sha1;
    case 'sha1-right-sha256-wrong':
      return { ...sha1, ...sha256(zeros) };
    case 'changed-body':
      return sha256(signature(`${body.slice(0, -1)} `, appSecret));
  }
}
