import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, OutgoingHttpHeaders } from 'node:http';
import * as z from 'zod';
import type { RouteMatch } from './resources/http-api.ts';
import { accountId } from './template/intrinsics.ts';

/** A request as it came in. */
export interface HttpRequest {
  method: string;
  /** Path and query, undecoded. */
  target: string;
  /** Lower-case names. */
  headers: IncomingHttpHeaders;
  body: Buffer;
  sourceIp: string;
}

/** An answer to be written. */
export interface HttpAnswer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: Buffer | string;
}

/** An answer with a JSON body. */
export function jsonAnswer(status: number, body: unknown): HttpAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/**
 * API Gateway hands over only these as text; everything else, forms and a missing content type
 * included, is base64. Tried against AWS by the authors of ministack, pull request 766.
 */
const textContent = /^(text\/|application\/(json|xml|javascript)\b)/i;

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `22/Nov/2026:11:11:14 +0000` */
function commonLogTime(time: Date): string {
  const [date = '', clock = ''] = time.toISOString().split(/[T.]/);
  const [year, , day] = date.split('-');
  return `${day}/${months[time.getUTCMonth()]}/${year}:${clock} +0000`;
}

function joinedQuery(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries(query.keys().map((name) => [name, query.getAll(name).join(',')]));
}

/**
 * The event that API Gateway makes of a request, payload format 2.0.
 * Source: API Gateway Developer Guide, AWS Lambda proxy integrations for HTTP APIs.
 */
export function toProxyEvent(
  request: HttpRequest,
  { route: { apiId, routeKey }, pathParameters }: RouteMatch,
): object {
  const { cookie, ...headers } = {
    ...request.headers,
    'x-forwarded-for': request.sourceIp,
    'x-forwarded-proto': 'http',
  };
  const [path = '/', ...query] = request.target.split('?');
  const rawQueryString = query.join('?');
  const queryStringParameters = joinedQuery(new URLSearchParams(rawQueryString));
  const isText = textContent.test(headers['content-type'] ?? '');
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookie && { cookies: cookie.split('; ') }),
    headers: Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, [value].flat().join(',')]),
    ),
    ...(rawQueryString && { queryStringParameters }),
    ...(Object.keys(pathParameters).length > 0 && { pathParameters }),
    requestContext: {
      accountId,
      apiId,
      domainName: headers.host ?? '',
      domainPrefix: apiId,
      http: {
        method: request.method,
        path,
        protocol: 'HTTP/1.1',
        sourceIp: request.sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
    },
    ...(request.body.length > 0 && { body: request.body.toString(isText ? 'utf8' : 'base64') }),
    isBase64Encoded: request.body.length > 0 && !isText,
  };
}

const headerValue = z.union([z.string(), z.number(), z.boolean()]).transform(String);

const resultSchema = z.object({
  statusCode: z.coerce.number().int(),
  headers: z.record(z.string(), headerValue).default({}),
  cookies: z.array(z.string()).default([]),
  body: z.string().default(''),
  isBase64Encoded: z.boolean().default(false),
});

/**
 * The answer that API Gateway makes of what a function returned: a result without a status code is
 * itself the JSON body. Undefined for a result that API Gateway refuses (it answers 500).
 */
export function toHttpAnswer(result: unknown): HttpAnswer | undefined {
  if (typeof result !== 'object' || result === null || !('statusCode' in result)) {
    return jsonAnswer(200, result);
  }
  const { data } = resultSchema.safeParse(result);
  if (!data) return undefined;
  const { statusCode, cookies, body, isBase64Encoded } = data;
  const headers: OutgoingHttpHeaders = Object.fromEntries(
    Object.entries(data.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  if (body !== '') headers['content-type'] ??= 'text/plain;charset=UTF-8';
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  return {
    status: statusCode,
    headers,
    body: isBase64Encoded ? Buffer.from(body, 'base64') : body,
  };
}
