import type { IncomingMessage } from 'node:http';
import { isJsonObject } from '../../../shared/json.ts';
import type { GraphCallIn } from './edge.ts';

const secrets = 'access_token|input_token|client_secret|appsecret_proof|verify_token|pin';
// In a query `code` is the signup's; in a body it is a template's language.
const secretParameter = new RegExp(`([?&](?:${secrets}|code)=)[^&]*`, 'g');
const secretField = new RegExp(`^(?:${secrets})$`);

/** Reads a request whose body has come in. Never throws: what cannot be parsed has no body. */
export async function readCall(request: IncomingMessage, raw: Buffer): Promise<GraphCallIn> {
  const { method = 'GET', url = '/', headers } = request;
  const { pathname, searchParams: query } = new URL(url, 'http://graph.invalid');
  const path = pathname.replace(/^\/v\d+\.\d+(?=\/|$)/, '').split('/');
  const body = await parsedBody(raw, headers['content-type'] ?? '');
  const inBody = isJsonObject(body) ? body['access_token'] : undefined;
  const bearer = /^(?:Bearer|OAuth) (.+)$/i.exec(headers.authorization ?? '')?.[1];
  const token = bearer ?? query.get('access_token') ?? inBody;
  return {
    ...{ method, query, body, headers, raw },
    path: path.filter((segment) => segment !== '').map(decoded),
    token: typeof token === 'string' && token !== '' ? token : undefined,
  };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

async function parsedBody(raw: Buffer, contentType: string): Promise<unknown> {
  if (raw.length === 0) return undefined;
  try {
    if (/^(multipart\/form-data|application\/x-www-form-urlencoded)/i.test(contentType)) {
      const form = await new Response(new Uint8Array(raw), {
        headers: { 'content-type': contentType },
      }).formData();
      return Object.fromEntries(form);
    }
    return JSON.parse(raw.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** A target without the credentials in its query. */
export function maskedTarget(target: string): string {
  return target.replace(secretParameter, '$1***');
}

/** A body without credentials, as it is shown: by its size where it could not be parsed, files by name and size. */
export function maskedBody({ body, raw }: GraphCallIn): unknown {
  if (body === undefined) return raw.length > 0 ? { bytes: raw.length } : undefined;
  return JSON.parse(JSON.stringify(body, shown));
}

function shown(name: string, value: unknown): unknown {
  if (secretField.test(name)) return '***';
  if (value instanceof File) return { filename: value.name, type: value.type, bytes: value.size };
  return value;
}
