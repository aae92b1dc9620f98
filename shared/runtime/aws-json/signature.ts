import { createHash, createHmac } from 'node:crypto';

/** What a request is signed with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  /** Of temporary credentials, which Lambda's are. */
  sessionToken?: string | undefined;
}

/** A POST to the root of a service. */
export interface UnsignedRequest {
  /** By their names in lower case, `host` among them. All of them are signed. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

const algorithm = 'AWS4-HMAC-SHA256';

/**
 * The headers of a request, with AWS's signature.
 * @param scope.service the service's signing name
 * Source: IAM User Guide, "Create a signed AWS API request"
 */
export function signedHeaders(
  { headers, body }: UnsignedRequest,
  { accessKeyId, secretAccessKey, sessionToken }: Credentials,
  { region, service, now }: { region: string; service: string; now: Date },
): Record<string, string> {
  const time = now.toISOString().replace(/[-:]|\.\d{3}/g, '');
  const day = time.slice(0, 8);
  const all: Record<string, string> = {
    ...headers,
    'x-amz-date': time,
    ...(sessionToken && { 'x-amz-security-token': sessionToken }),
  };
  const names = Object.keys(all).sort();
  const signed = names.join(';');
  const canonical = [
    ...['POST', '/', ''],
    ...names.map((name) => `${name}:${all[name]?.trim().replace(/ +/g, ' ')}`),
    ...['', signed, sha256(body)],
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const key = signingKey(secretAccessKey, day, region, service);
  const signature = hmac(key, [algorithm, time, scope, sha256(canonical)].join('\n')).toString(
    'hex',
  );
  const authorization = `${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
  return { ...all, authorization };
}

let lastKey: { of: string; key: Buffer } | undefined;

/** The key of a day: derived once, as long as nothing of it changes. */
function signingKey(secret: string, ...scope: readonly string[]): Buffer {
  const of = [secret, ...scope].join('\n');
  if (lastKey?.of !== of) {
    const key = [...scope, 'aws4_request'].reduce(hmac, Buffer.from(`AWS4${secret}`));
    lastKey = { of, key };
  }
  return lastKey.key;
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
