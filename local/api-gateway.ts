import type { IncomingMessage } from 'node:http';
import { type HttpAnswer, jsonAnswer, toHttpAnswer, toProxyEvent } from './http-event.ts';
import { readBody } from './http-server.ts';
import { maxPayloadBytes } from './lambda/environment.ts';
import type { FunctionPool } from './lambda/pool.ts';
import { type ApiRoute, routeOf } from './resources/http-api.ts';

/**
 * Answers requests as API Gateway does in front of Lambda. Authorizers are not enforced.
 * Source: API Gateway Developer Guide, Quotas for configuring and running an HTTP API.
 */
export function createApiGateway(
  routes: ApiRoute[],
  poolOf: (functionArn: string) => FunctionPool | undefined,
): (request: IncomingMessage) => Promise<HttpAnswer> {
  return async (request) => {
    const { method = '', url: target = '/', headers, socket } = request;
    const body = await readBody(request, maxPayloadBytes);
    const match = routeOf(routes, method, target.split('?')[0] ?? '/');
    const pool = match && poolOf(match.route.functionArn);
    if (!pool) return jsonAnswer(404, { message: 'Not Found' });
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
