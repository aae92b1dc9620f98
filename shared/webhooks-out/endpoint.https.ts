import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isJsonObject } from '../json.ts';
import type { Endpoint, EndpointAnswer } from './endpoint.port.ts';

/** How an endpoint is asked. */
export interface EndpointConfig {
  url: string;
  /** For the name, the connection and its encryption, in ms. */
  connectTimeoutMs?: number;
  /** For everything, in ms. */
  timeoutMs?: number;
  /** In ms since 1970. */
  now?: () => number;
}

/** A connection that was idle for longer may be gone: Lambda freezes the function, and its timers. */
const reusableMs = 1000;

/** Of an answer only the status counts; what it says is read as far as this, in bytes, and dropped. */
const maxAnswerBytes = 64 * 1024;

/**
 * An endpoint over HTTPS. Redirects are not followed.
 * @throws Error where the URL is not https, or http to this machine
 */
export function endpointOverHttps({
  url,
  connectTimeoutMs = 3000,
  timeoutMs = 10_000,
  now = Date.now,
}: EndpointConfig): Endpoint {
  const target = new URL(url);
  const isEncrypted = target.protocol === 'https:';
  if (!isEncrypted && !isLoopback(target)) {
    throw new Error('An endpoint has to be https: only this machine itself may be http');
  }
  const agent = isEncrypted
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  let usedAt = 0;

  return {
    post(headers, json) {
      if (now() - usedAt >= reusableMs) {
        agent.destroy();
      }
      const { promise, resolve } = Promise.withResolvers<EndpointAnswer>();
      const sent = (isEncrypted ? httpsRequest : httpRequest)(target, {
        agent,
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(json),
          'user-agent': 'nexus-whatsapp/1',
          accept: '*/*',
          ...headers,
        },
      });
      let answer: EndpointAnswer | undefined;
      const end = (problem: string): void => {
        resolve(answer ?? { kind: 'unanswered', problem });
        sent.destroy();
      };
      const connecting = setTimeout(() => end('connect-timeout'), connectTimeoutMs);
      const answering = setTimeout(() => end('answer-timeout'), timeoutMs);
      sent.once('socket', (socket) => {
        const stop = () => clearTimeout(connecting);
        if (sent.reusedSocket) stop();
        else socket.once(isEncrypted ? 'secureConnect' : 'connect', stop);
      });
      sent.on('error', (error) => end(codeOf(error)));
      sent.once('response', (response) => {
        const known = answerOf(response, now());
        answer = known;
        let bytes = 0;
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxAnswerBytes) end('');
        });
        response.once('close', () => resolve(known));
      });
      sent.end(json);
      return promise.finally(() => {
        clearTimeout(connecting);
        clearTimeout(answering);
        usedAt = now();
      });
    },
  };
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname);
}

function answerOf({ statusCode = 0, headers }: IncomingMessage, nowMs: number): EndpointAnswer {
  const { 'retry-after': retryAfter, location } = headers;
  const retryAfterMs = retryAfterOf(retryAfter, nowMs);
  return { kind: 'answered', status: statusCode, retryAfterMs, location };
}

/** Seconds, or a date. Source: RFC 9110, section 10.2.3. */
function retryAfterOf(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - nowMs;
  return ms >= 0 ? ms : undefined;
}

/** An error's message may quote an address; its code does not. */
function codeOf(error: unknown): string {
  const code = isJsonObject(error) ? String(error['code'] ?? '') : '';
  return /^\w{1,60}$/.test(code) ? code : 'connection-failed';
}
