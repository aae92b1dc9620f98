import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';

/** Credentials of AWS. */
export interface AwsCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Something, or what gives it each time that it is needed. */
export type Provided<Value> = Value | (() => Value | Promise<Value>);

/** How the API lets the caller in: a signature of AWS's (SigV4), or a token. */
export type Auth = { credentials: Provided<AwsCredentials> } | { token: Provided<string> };

/** A request as it will be made. */
export interface OutgoingRequest {
  method: string;
  url: URL;
  /** In lower case. */
  headers: Readonly<Record<string, string>>;
  body?: string | undefined;
}

/** What a signature is for. */
export interface Scope {
  service: 'execute-api' | 'sqs';
  region: string;
}

/** What somebody provides. Rejects with their own error. */
export async function provided<Value extends string | object>(
  value: Provided<Value>,
): Promise<Value> {
  return typeof value === 'function' ? value() : value;
}

/**
 * The headers of a request with its signature among them, good for five minutes.
 * Source: IAM User Guide, "AWS Signature Version 4 for API requests".
 */
export async function signedHeaders(
  { method, url, headers, body }: OutgoingRequest,
  credentials: AwsCredentials,
  scope: Scope,
): Promise<Record<string, string>> {
  const signer = new SignatureV4({ ...scope, credentials, sha256: Hash.bind(null, 'sha256') });
  const signed = await signer.sign({
    ...{ method, body, protocol: url.protocol, hostname: url.hostname, path: url.pathname },
    query: Object.fromEntries(url.searchParams),
    headers: { ...headers, host: url.host },
  });
  const { host: _, ...rest } = signed.headers;
  return rest;
}

/** The region in a host of AWS's, such as `abc123.execute-api.eu-west-1.amazonaws.com`. */
export function regionOf(hostname: string, service: Scope['service']): string | undefined {
  const [, found, region] =
    /(?:^|\.)(execute-api|sqs)\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$/.exec(hostname) ?? [];
  return found === service ? region : undefined;
}
