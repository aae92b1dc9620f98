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
import { type Faults, type WireError, wireError } from './faults.ts';
import type { RunnableFunction } from './functions.ts';
import { listenLocally, stopServer } from './servers.ts';

/** An engine at an address, or one in this process. */
export type Engine = { address(): Promise<string> } | LocalService;

/** What a gateway routes between. */
export interface GatewayOptions {
  /** By service. */
  engines: Record<string, Engine>;
  /** The function that an access key belongs to; undefined for anybody else, who may do everything. */
  callerOf(accessKeyId: string): RunnableFunction | undefined;
  faults: Faults;
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

function errorAnswer(service: string, { code, status }: WireError, message: string): Answer {
  if (service !== 's3') return jsonAnswer(status, { __type: code, message });
  const escaped = message.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
  const body = `<Error><Code>${code}</Code><Message>${escaped}</Message></Error>`;
  return { status, headers: { 'content-type': 'application/xml' }, body };
}

async function callLocalService(
  engine: LocalService,
  { service, action }: AwsCall,
  body: string,
): Promise<Answer> {
  try {
    return jsonAnswer(200, await engine(action, JSON.parse(body)));
  } catch (error) {
    const refusal =
      error instanceof AwsError ? error : new AwsError('ValidationException', String(error));
    return errorAnswer(service, refusal, refusal.message);
  }
}

/** What a call was refused or failed with before an engine saw it. */
type Verdict = { answer: Answer } | { engine: Engine; dropAnswer: boolean } | 'silence';

/**
 * Starts the address that functions and people use instead of AWS's. Each call of a function is
 * checked against the function's own role, counted, and handed as it came to the service's engine.
 */
export async function startAwsGateway(options: GatewayOptions): Promise<AwsGateway> {
  const { engines, callerOf, faults, log } = options;
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
    const verdict = judge(call);
    if (verdict === 'silence') return; // until the caller gives up
    const answer =
      'answer' in verdict ? verdict.answer : await perform(call, verdict.engine, incoming, body);
    if ('dropAnswer' in verdict && verdict.dropAnswer) {
      if (typeof answer.body !== 'string') answer.body.resume();
      response.destroy();
      return;
    }
    response.writeHead(answer.status, answer.headers);
    if (typeof answer.body === 'string') response.end(answer.body);
    else await pipeline(answer.body, response);
  }

  function judge(call: AwsCall): Verdict {
    const { service, action, permissions } = call;
    const caller = callerOf(call.accessKeyId);
    const name = caller?.pool.spec.shortName ?? 'operator';
    const key = `${name} ${service} ${action}`;
    const { count = 0 } = counts.get(key) ?? {};
    counts.set(key, { function: name, service, action, count: count + 1 });

    const refused = caller && permissions.find((asked) => !caller.role.allows(asked));
    if (refused) {
      const reason = `${name} is not authorized to perform ${refused.action} on ${refused.resource}: no statement of role ${caller.role.name} allows it`;
      logOnce(`AccessDenied: ${reason}`);
      return { answer: errorAnswer(service, wireError('accessDenied', service), reason) };
    }
    const fault = faults.take({ caller: name, service, action });
    if (fault === 'timeout') return 'silence';
    if (fault && fault !== 'dropAnswer') {
      const error = wireError(fault, service);
      return { answer: errorAnswer(service, error, `Injected fault: ${fault}`) };
    }
    const engine = engines[service];
    if (engine) return { engine, dropAnswer: fault === 'dropAnswer' };
    const missing = `The local run has no ${service}: ${name} called its ${action}`;
    logOnce(missing);
    return {
      answer: errorAnswer(service, { code: 'UnknownOperationException', status: 400 }, missing),
    };
  }

  function logOnce(line: string): void {
    if (!logged.has(line)) log(line);
    logged.add(line);
  }

  async function perform(
    call: AwsCall,
    engine: Engine,
    incoming: IncomingMessage,
    body: Buffer | undefined,
  ): Promise<Answer> {
    if (typeof engine === 'function') return callLocalService(engine, call, String(body));
    try {
      const received = await forward(await engine.address(), incoming, body);
      const { connection, 'keep-alive': keepAlive, ...headers } = received.headers;
      const status = received.statusCode ?? 500;
      if (!/QueueUrl|Queues/.test(call.action)) return { status, headers, body: received };
      // fauxqs names its own host in the URLs that it gives out.
      const rewritten = (await text(received)).replace(/http:\/\/sqs\.[^/]+/g, url);
      return { status, headers: { 'content-type': headers['content-type'] }, body: rewritten };
    } catch (error) {
      return errorAnswer(call.service, wireError('unavailable', call.service), String(error));
    }
  }

  async function forward(
    address: string,
    incoming: IncomingMessage,
    body: Buffer | undefined,
  ): Promise<IncomingMessage> {
    const { method, headers, url: path } = incoming;
    const giveUpAt = Date.now() + engineRestartMs;
    for (;;) {
      const outgoing = request(address, { agent, method, headers, path });
      const answered: Promise<IncomingMessage[]> = once(outgoing, 'response');
      if (body) outgoing.end(body);
      else pipeline(incoming, outgoing).catch((error) => outgoing.destroy(error));
      try {
        const [received] = await answered;
        if (received) return received;
      } catch (error) {
        const code = error instanceof Error && 'code' in error && error.code;
        const neverArrived =
          code === 'ECONNREFUSED' || (code === 'ECONNRESET' && outgoing.reusedSocket);
        if (!neverArrived || !body || Date.now() > giveUpAt) throw error;
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
