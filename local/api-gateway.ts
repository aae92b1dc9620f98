import type { IncomingMessage } from 'node:http';
import {
  type HttpAnswer,
  jsonAnswer,
  type MatchedRoute,
  toHttpAnswer,
  toProxyEvent,
} from './http-event.ts';
import { readBody } from './http-server.ts';
import { maxPayloadBytes } from './lambda/environment.ts';
import type { FunctionPool } from './lambda/pool.ts';
import type { ApiRoute } from './resources/http-api.ts';

/** A path as an expression: `{name}` is one segment, `{name+}` all that follow. */
function pathExpression(path: string): RegExp {
  const source = path.replace(/\{(\w+)(\+?)\}/g, (_, name: string, greedy: string) =>
    greedy ? `(?<${name}>.+)` : `(?<${name}>[^/]+)`,
  );
  return new RegExp(`^${source}$`);
}

/** Lower is preferred: exact paths, then parameters, then greedy ones; a method before ANY; last $default. */
function preference({ routeKey }: ApiRoute): number {
  if (routeKey === '$default') return 9;
  const path = routeKey.includes('+}') ? 4 : routeKey.includes('{') ? 2 : 0;
  return path + (routeKey.startsWith('ANY ') ? 1 : 0);
}

/** Source: API Gateway Developer Guide, Create routes for HTTP APIs. */
export function createRouter(
  routes: ApiRoute[],
): (method: string, path: string) => MatchedRoute | undefined {
  const candidates = routes
    .toSorted((a, b) => preference(a) - preference(b))
    .map((route) => {
      const [method, path] = route.routeKey.split(' ');
      return { route, method, expression: path === undefined ? /^/ : pathExpression(path) };
    });
  return (method, path) => {
    for (const candidate of candidates) {
      const match = path.match(candidate.expression);
      if (match && ['ANY', '$default', method].includes(candidate.method ?? '')) {
        return { route: candidate.route, pathParameters: { ...match.groups } };
      }
    }
    return undefined;
  };
}

/**
 * Answers requests as API Gateway does in front of Lambda. Authorizers are not enforced.
 * Source: API Gateway Developer Guide, Quotas for configuring and running an HTTP API.
 */
export function createApiGateway(
  routes: ApiRoute[],
  poolOf: (functionArn: string) => FunctionPool | undefined,
): (request: IncomingMessage) => Promise<HttpAnswer> {
  const find = createRouter(routes);
  return async (request) => {
    const { method = '', url: target = '/', headers, socket } = request;
    const body = await readBody(request, maxPayloadBytes);
    const match = find(method, target.split('?')[0] ?? '');
    const pool = match && poolOf(match.route.functionArn);
    if (!match || !pool) return jsonAnswer(404, { message: 'Not Found' });
    const sourceIp = socket.remoteAddress ?? '127.0.0.1';
    const event = body && toProxyEvent({ method, target, headers, body, sourceIp }, match);
    if (!event || Buffer.byteLength(JSON.stringify(event)) > maxPayloadBytes) {
      return jsonAnswer(413, { message: 'Request Entity Too Large' });
    }
    const internalError = jsonAnswer(500, { message: 'Internal Server Error' });
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<HttpAnswer>((resolve) => {
      const answer = jsonAnswer(503, { message: 'Service Unavailable' });
      timer = setTimeout(resolve, match.route.timeoutMs, answer);
    });
    try {
      const result = pool.invoke(event).then((value) => toHttpAnswer(value) ?? internalError);
      return await Promise.race([result, timeout]);
    } catch {
      return internalError; // the function's log has the error
    } finally {
      clearTimeout(timer);
    }
  };
}
