import { createHmac } from 'node:crypto';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Socket } from 'node:net';
import type { AppSecretSource } from '../app-secret/app-secret.port.ts';
import type { AccessToken } from '../credentials/access-token.ts';
import { isJsonObject } from '../json.ts';
import type { AppGraph, AppGraphRequest, Graph, GraphAnswer, GraphRequest } from './graph.port.ts';
import { graphAnswer } from './graph-answer.ts';

/** Where Meta's Graph API is, and how to sign what is sent there. */
export interface GraphConfig {
  /** Without a slash at its end: `https://graph.facebook.com`. */
  url: string;
  /** `v25.0` */
  version: string;
  /** Read for every call: one that remembers. */
  appSecret: AppSecretSource;
  /** In ms since 1970. */
  now?: () => number;
  /** For the name, the connection and its encryption, in ms. */
  connectTimeoutMs?: number;
  /** For everything, in ms. */
  timeoutMs?: number;
}

/** A connection that was idle for longer may be gone at Meta's side without our knowing. */
const reusableMs = 3000;

const maxBodyBytes = 5 * 1024 * 1024;

/** A call as it goes over the wire. */
interface Wire {
  url: URL;
  method: string;
  headers: Record<string, string | number>;
  body: string | undefined;
}

/**
 * The Graph API over HTTPS (HTTP only for a simulator). A call that fails before a byte of its request
 * is written is `unsent`; one that fails later is `ambiguous`.
 */
export function graphOverHttps(config: GraphConfig): Graph {
  const carryOut = wireOverHttps(config);
  return { call: (request) => carryOut(() => prepare(request, config)) };
}

/** The same for what the app calls in its own name. */
export function appGraphOverHttps(config: GraphConfig & { appId: string }): AppGraph {
  const carryOut = wireOverHttps(config);
  return {
    async callAsApp(request) {
      const answer = await carryOut(() => prepareAsApp(request, config));
      return withoutSecrets(answer, Object.values(request.secretQuery ?? {}));
    },
  };
}

/** Makes calls over connections of its own. */
function wireOverHttps(
  config: GraphConfig,
): (preparing: () => Promise<Wire>) => Promise<GraphAnswer> {
  const { url, now = Date.now, connectTimeoutMs = 2000, timeoutMs = 10_000 } = config;
  const isEncrypted = url.startsWith('https:');
  const agent = isEncrypted
    ? new HttpsAgent({ keepAlive: true })
    : new HttpAgent({ keepAlive: true });
  const usedAt = new WeakMap<Socket, number>();

  /** By the wall clock: while Lambda has frozen the function no timer runs, and Meta closes what is idle. */
  function isStale(socket: Socket): boolean {
    const idleMs = now() - (usedAt.get(socket) ?? now());
    return idleMs < 0 || idleMs >= reusableMs;
  }

  /** All or none: of a pool that is gone in part, Node may hand out a connection that is gone. */
  function dropStaleConnections(): void {
    const idle = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? []);
    if (idle.some(isStale)) {
      for (const socket of idle) {
        socket.destroy();
      }
    }
  }

  function exchange({ url: target, method, headers, body }: Wire): Promise<GraphAnswer> {
    dropStaleConnections();
    const request = (isEncrypted ? httpsRequest : httpRequest)(target, {
      agent,
      method,
      headers,
    });
    return new Promise((resolve) => {
      let isSent = false;
      let connection: Socket | undefined;
      const end = (answer: GraphAnswer): void => {
        clearTimeout(connecting);
        clearTimeout(calling);
        resolve(answer);
      };
      const fail = (problem: string): void => {
        request.destroy();
        end({ kind: isSent ? 'ambiguous' : 'unsent', problem });
      };
      const send = (): void => {
        clearTimeout(connecting);
        isSent = true;
        request.end(body);
      };
      const connecting = setTimeout(() => fail('Connecting took too long'), connectTimeoutMs);
      const calling = setTimeout(() => fail('The answer took too long'), timeoutMs);
      request.once('socket', (socket) => {
        connection = socket;
        usedAt.delete(socket);
        // Nothing is given to a socket that is still connecting: what it holds back would count as written.
        if (request.reusedSocket) send();
        else socket.once(isEncrypted ? 'secureConnect' : 'connect', send);
      });
      request.on('error', (error) => fail(problemOf(error)));
      request.once('response', (response) => {
        bodyOf(response).then(
          (text) => {
            if (connection) usedAt.set(connection, now());
            const { statusCode: status = 0, headers: received } = response;
            end(graphAnswer({ status, headers: received, text }, now()));
          },
          (error) => fail(problemOf(error)),
        );
      });
    });
  }

  return async (preparing) => {
    const wire = await preparing().catch(() => undefined);
    if (!wire) {
      return {
        kind: 'unsent',
        problem: 'The request cannot be made: the app secret cannot be read, or it is malformed',
      };
    }
    try {
      return await exchange(wire);
    } catch {
      return { kind: 'unsent', problem: 'The request cannot be written as HTTP' };
    }
  };
}

/** Source: Graph API, "Secure Graph API calls": the proof that the token is used by the app that it is for. */
async function prepare(
  { method, path, query, body, token }: GraphRequest,
  { url, version, appSecret }: GraphConfig,
): Promise<Wire> {
  const { appSecrets } = await appSecret.read();
  const proof = createHmac('sha256', appSecrets[0] ?? '')
    .update(token.reveal())
    .digest('hex');
  const target = new URL(`${url}/${version}/${path}`);
  target.search = new URLSearchParams({ ...query, appsecret_proof: proof }).toString();
  const json = body === undefined ? undefined : JSON.stringify(body);
  return {
    url: target,
    method,
    headers: {
      accept: 'application/json',
      authorization: `Bearer ${token.reveal()}`,
      ...(json === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(json) }),
    },
    body: json,
  };
}

/**
 * Source: Graph API, "Access tokens", App access tokens; Facebook Login, "Manually build a login flow",
 * Exchanging code for an access token.
 */
async function prepareAsApp(
  { as, method, path, query, secretQuery = {} }: AppGraphRequest,
  { url, version, appSecret, appId }: GraphConfig & { appId: string },
): Promise<Wire> {
  const { appSecrets } = await appSecret.read();
  const [secret = ''] = appSecrets;
  const target = new URL(`${url}/${version}/${path}`);
  target.search = new URLSearchParams({
    ...query,
    ...(as === 'client' && { client_id: appId, client_secret: secret }),
    ...Object.fromEntries(
      Object.entries(secretQuery).map(([name, value]) => [name, value.reveal()]),
    ),
  }).toString();
  return {
    url: target,
    method,
    headers: {
      accept: 'application/json',
      ...(as === 'token' && { authorization: `Bearer ${appId}|${secret}` }),
    },
    body: undefined,
  };
}

/** So much of a secret gives it away: Meta's texts are cut, and may end in the middle of one. */
const tellingLength = 12;

/** Meta's texts may quote what they refuse. */
function withoutSecrets(answer: GraphAnswer, secrets: readonly AccessToken[]): GraphAnswer {
  if (answer.kind !== 'refused') {
    return answer;
  }
  const starts = secrets.map((secret) => secret.reveal().slice(0, tellingLength));
  const unlessTelling = (text: string | undefined) =>
    starts.some((start) => text?.includes(start)) ? undefined : text;
  const { title, details } = answer.error;
  return {
    ...answer,
    error: { ...answer.error, title: unlessTelling(title), details: unlessTelling(details) },
  };
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > maxBodyBytes) {
      throw new Error('too large');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An error's message may quote what was sent; its code does not. */
function problemOf(error: unknown): string {
  const code = isJsonObject(error) ? String(error['code'] ?? '') : '';
  return `The connection failed${/^\w{1,60}$/.test(code) ? ` (${code})` : ''}`;
}
