import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  request,
  type ServerResponse,
} from 'node:http';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { type AwsCall, describeCall } from './aws-calls.ts';
import { AwsError } from './aws-client.ts';
import type { LocalService } from './engines/secrets.ts';
import { type Faults, wireError } from './faults.ts';
import type { RunnableFunction } from './functions.ts';
import type { Permission, Role } from './iam.ts';
import { listenLocally, stopServer } from './servers.ts';

interface RemoteEngine {
  address(): Promise<string>;
}

/** An engine at an address, or one in this process. */
export type Engine = RemoteEngine | LocalService;

/** What a gateway routes between. */
export interface GatewayOptions {
  /** By service. */
  engines: Record<string, Engine>;
  /** The function that an access key belongs to; undefined for anybody else, who may do everything. */
  callerOf(accessKeyId: string): RunnableFunction | undefined;
  faults: Faults;
  /** Sees what was put into a queue: the request's body, and SQS's answer to it. */
  onSent?(request: string, answer: string): void;
  log(line: string): void;
}

/** How often a caller called an action. */
export interface CallCount {
  /** The function's short name, or `operator`. */
  function: string;
  service: string;
  action: string;
  count: number;
}

/** Every AWS service at one address. */
export interface AwsGateway {
  url: string;
  counts(): CallCount[];
  stop(): Promise<void>;
}

/** How long a call waits for an engine that is being started again. */
const engineRestartMs = 3000;

interface Answer {
  status: number;
  headers: OutgoingHttpHeaders;
  body: string | Readable;
}

function jsonAnswer(status: number, body: unknown): Answer {
  const headers = { 'content-type': 'application/x-amz-json-1.0' };
  return { status, headers, body: JSON.stringify(body) };
}

function errorAnswer(service: string, { code, message, status }: AwsError): Answer {
  if (service !== 's3') return jsonAnswer(status, { __type: code, message });
  const escaped = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const body = `<Error><Code>${code}</Code><Message>${escaped}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

/**
 * Starts the address that functions and people use instead of AWS's. Each call of a function is
 * checked against the function's own role, counted, and handed as it came to the service's engine.
 */
export async function startAwsGateway(options: GatewayOptions): Promise<AwsGateway> {
  const { engines, callerOf, faults, onSent, log } = options;
  const agent = new Agent({ keepAlive: true });
  const counts = new Map<string, CallCount>();
  const logged = new Set<string>();
  const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (incoming, response) => {
    handle(incoming, response).catch(() => response.destroy());
  });
  const url = await listenLocally(server);

  async function handle(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', headers } = incoming;
    const isS3 = !headers['x-amz-target'];
    const body = isS3 && method !== 'POST' ? undefined : await buffer(incoming);
    const call = describeCall({
      method,
      headers,
      url: new URL(incoming.url ?? '/', url),
      body: body?.toString(isS3 ? 'latin1' : 'utf8') ?? '',
    });
    const caller = callerOf(call.accessKeyId);
    const name = caller?.pool.spec.shortName ?? 'operator';
    count(name, call);
    const { service } = call;
    let answer: Answer;
    try {
      if (caller) authorize(call.permissions, name, service, caller.role);
      const fault = faults.take({ caller: name, ...call });
      if (fault === 'timeout') return; // silence until the caller gives up
      if (fault && fault !== 'dropAnswer') throw wireError(fault, service, `Injected ${fault}`);
      answer = await perform(name, call, incoming, body);
      if (fault === 'dropAnswer') throw new Error('The answer is dropped');
      if (caller && answer.status === 404) authorize(call.toKnow, name, service, caller.role);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      answer = errorAnswer(service, error);
    }
    response.writeHead(answer.status, answer.headers);
    if (typeof answer.body === 'string') response.end(answer.body);
    else await pipeline(answer.body, response);
  }

  function count(caller: string, { service, action }: AwsCall): void {
    const key = `${caller} ${service} ${action}`;
    const { count: before = 0 } = counts.get(key) ?? {};
    counts.set(key, { function: caller, service, action, count: before + 1 });
  }

  function authorize(permissions: Permission[], name: string, service: string, role: Role): void {
    const refused = permissions.find((permission) => !role.allows(permission));
    if (!refused) return;
    const { action, resource } = refused;
    const reason = `${name} is not authorized to perform ${action} on ${resource}: no statement of role ${role.name} allows it`;
    logOnce(`AccessDenied: ${reason}`);
    throw wireError('accessDenied', service, reason);
  }

  function logOnce(line: string): void {
    if (!logged.has(line)) log(line);
    logged.add(line);
  }

  async function perform(
    caller: string,
    { service, action }: AwsCall,
    incoming: IncomingMessage,
    body: Buffer | undefined,
  ): Promise<Answer> {
    const engine = engines[service];
    if (!engine) {
      const missing = `The local run has no ${service}: ${caller} called its ${action}`;
      logOnce(missing);
      throw new AwsError('UnknownOperationException', missing);
    }
    if (typeof engine === 'function') return jsonAnswer(200, await engine(action, String(body)));
    const received = await forward(engine, incoming, body).catch((error) => {
      throw wireError('unavailable', service, String(error));
    });
    const { connection, 'keep-alive': keepAlive, ...headers } = received.headers;
    const status = received.statusCode ?? 500;
    if (onSent && status === 200 && /^SendMessage/.test(action)) {
      const answer = await text(received);
      onSent(String(body), answer);
      return { status, headers, body: answer };
    }
    if (!/QueueUrl|Queues/.test(action)) return { status, headers, body: received };
    // fauxqs names its own host in the URLs that it gives out.
    const rewritten = (await text(received)).replace(/http:\/\/sqs\.[^/]+/g, url);
    return { status, headers: { 'content-type': headers['content-type'] }, body: rewritten };
  }

  /** Hands a request to an engine, again where it met one that is just being started again. */
  async function forward(
    engine: RemoteEngine,
    incoming: IncomingMessage,
    body: Buffer | undefined,
  ): Promise<IncomingMessage> {
    const { method, headers, url: path } = incoming;
    const giveUpAt = Date.now() + engineRestartMs;
    for (;;) {
      const outgoing = request(await engine.address(), { agent, method, headers, path });
      const answered: Promise<IncomingMessage[]> = once(outgoing, 'response');
      if (body) outgoing.end(body);
      else pipeline(incoming, outgoing).catch((error) => outgoing.destroy(error));
      try {
        const [received] = await answered;
        if (received) return received;
      } catch (error) {
        const code = error instanceof Error && 'code' in error && error.code;
        const unseen = code === 'ECONNREFUSED' || (code === 'ECONNRESET' && outgoing.reusedSocket);
        if (!unseen || !body || Date.now() > giveUpAt) throw error;
        await delay(20);
      }
    }
  }

  return {
    url,
    counts: () => [...counts.values()],
    stop: async () => {
      await stopServer(server);
      agent.destroy();
    },
  };
}
