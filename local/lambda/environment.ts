import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { spawnTied } from '../child.ts';
import type { FunctionSpec } from '../resources/function.ts';
import { listenLocally, stopServer } from '../servers.ts';
import type { FunctionLog } from './logs.ts';

/** Lambda's limit of an invocation's payload and of its answer. Source: Lambda quotas. */
export const maxPayloadBytes = 6 * 1024 * 1024;

/** Lambda allows 10 s; a laptop that starts every function at once may need longer. */
const maxInitMs = 30_000;

const interfaceClient = createRequire(import.meta.url).resolve('aws-lambda-ric/index.mjs');
const preload = path.join(import.meta.dirname, 'rapid-client.js');

const errorSchema = z.object({
  errorType: z.string().catch('Error'),
  errorMessage: z.string().catch(''),
});

/** An invocation that the function failed, by error, timeout, crash or failed initialisation. */
export class FunctionError extends Error {
  /** The error's name, or the runtime's: Sandbox.Timedout, Runtime.ExitError. */
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

/** One process that runs a function, one invocation at a time. */
export interface Environment {
  /** False once the process is gone, after a crash or a timeout, or about to go. */
  isAlive(): boolean;
  /** Runs one invocation and gives what the handler returned. Throws `FunctionError`. */
  invoke(event: unknown): Promise<unknown>;
  /** Resolves when the process is gone and all of its output is logged. */
  closed: Promise<void>;
}

interface Invocation {
  requestId: string;
  body: string;
  resolve(payload: unknown): void;
  reject(error: FunctionError): void;
}

/** What Lambda itself sets. Source: Lambda Developer Guide, Defined runtime environment variables. */
export function reservedVariables(spec: FunctionSpec): Record<string, string> {
  return {
    AWS_DEFAULT_REGION: spec.region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${spec.runtime}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    AWS_LAMBDA_LOG_FORMAT: spec.logFormat,
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${spec.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: `local/[$LATEST]${randomUUID().replaceAll('-', '')}`,
    AWS_REGION: spec.region,
    LAMBDA_TASK_ROOT: spec.taskRoot,
    LANG: 'en_US.UTF-8',
    PATH: process.env['PATH'] ?? '',
    TZ: 'UTC',
    _HANDLER: spec.handler,
  };
}

/**
 * Starts a process with AWS's own Runtime Interface Client and a Runtime API of its own; `signal`
 * kills it. Resolves when the function is initialised; throws `FunctionError` with the process's last
 * words where that fails.
 * Source: Lambda Developer Guide, Using the Lambda runtime API.
 */
export async function startEnvironment(
  spec: FunctionSpec,
  variables: Record<string, string>,
  log: FunctionLog,
  signal: AbortSignal,
): Promise<Environment> {
  let waiting: ServerResponse | undefined;
  let current: Invocation | undefined;
  let alive = true;
  const initialised = Promise.withResolvers<void>();
  const api = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) => {
    serve(request, response).catch((error) =>
      settle(new FunctionError('Runtime.Error', `${error}`)),
    );
  });
  const runtimeApi = (await listenLocally(api)).replace('http://', '');
  const child = spawnTied(
    process.execPath,
    [`--max-old-space-size=${spec.memoryMb}`, '--import', preload, interfaceClient],
    {
      cwd: spec.taskRoot,
      env: { ...variables, ...reservedVariables(spec), AWS_LAMBDA_RUNTIME_API: runtimeApi },
    },
  );
  log.follow(child.stdout);
  log.follow(child.stderr);
  let timer = setTimeout(kill, maxInitMs);
  if (signal.aborted) kill();
  else signal.addEventListener('abort', kill);
  const closed = once(child, 'close').then(async () => {
    kill();
    const cause = child.signalCode ?? `status ${child.exitCode}`;
    settle(new FunctionError('Runtime.ExitError', `The runtime exited with ${cause}`));
    await stopServer(api);
  });

  function kill(): void {
    alive = false;
    signal.removeEventListener('abort', kill);
    child.kill('SIGKILL');
  }

  /** Ends the current invocation, if there is one. */
  function settle(outcome: FunctionError | { payload: unknown }): void {
    const invocation = current;
    current = undefined;
    clearTimeout(timer);
    if (outcome instanceof FunctionError) invocation?.reject(outcome);
    else invocation?.resolve(outcome.payload);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url?.endsWith('/invocation/next')) {
      waiting = response;
      initialised.resolve();
      return deliver();
    }
    const body = await text(request);
    response.writeHead(202).end();
    if (request.url?.endsWith('/response')) {
      const tooLarge = Buffer.byteLength(body) > maxPayloadBytes;
      const error = new FunctionError(
        'Function.ResponseSizeTooLarge',
        'Response payload size exceeded',
      );
      settle(tooLarge ? error : { payload: JSON.parse(body) });
    } else {
      const { errorType, errorMessage } = errorSchema.parse(JSON.parse(body));
      settle(new FunctionError(errorType, errorMessage));
    }
  }

  function deliver(): void {
    if (!waiting || !current) return;
    const { requestId, body } = current;
    waiting
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': requestId,
        'lambda-runtime-deadline-ms': Date.now() + spec.timeoutMs,
        'lambda-runtime-invoked-function-arn': spec.arn,
        'lambda-runtime-trace-id': traceId(),
      })
      .end(body);
    waiting = undefined;
    timer = setTimeout(() => {
      const message = `${requestId} Task timed out after ${(spec.timeoutMs / 1000).toFixed(2)} seconds`;
      log.write(`${new Date().toISOString()}\t${requestId}\tERROR\t${message}`);
      settle(new FunctionError('Sandbox.Timedout', message));
      kill();
    }, spec.timeoutMs);
  }

  await Promise.race([initialised.promise, closed]);
  clearTimeout(timer);
  if (!alive) {
    throw new FunctionError(
      'Runtime.InitError',
      `${spec.shortName} does not initialise:\n${log.tail()}`,
    );
  }
  return {
    isAlive: () => alive,
    invoke: (event) =>
      new Promise((resolve, reject) => {
        current = { requestId: randomUUID(), body: JSON.stringify(event), resolve, reject };
        deliver();
      }),
    closed,
  };
}

/** Source: X-Ray Developer Guide, Tracing header. */
function traceId(): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${randomBytes(12).toString('hex')};Parent=${randomBytes(8).toString('hex')};Sampled=0`;
}
