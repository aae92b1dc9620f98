import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { Invocation } from '../local/functions.ts';
import { reservedVariables } from '../local/lambda/environment.ts';
import { listenLocally, stopServer } from '../local/servers.ts';
import type { CpuQuota } from './cpu-quota.ts';
import { cpuMsOf } from './processes.ts';

const interfaceClient = createRequire(import.meta.url).resolve('aws-lambda-ric/index.mjs');
const preload = path.resolve(import.meta.dirname, '../local/lambda/rapid-client.js');
const modulesPreload = path.join(import.meta.dirname, 'loaded-modules.js');
const giveUpMs = 60_000;

/** What the first invocation of a new process took. */
export interface ColdStart {
  /** From the process's start until it asks for an event, in ms. */
  initMs: number;
  /** From the event until the answer, in ms. */
  firstMs: number;
  /** CPU time of all threads until the answer, in ms; NaN where the system does not tell (not Linux). */
  cpuMs: number;
  /** Node's own modules that are loaded by then; only where asked for. */
  modules: string[];
}

/** How a cold start is measured. */
export interface ColdStartOptions {
  /** Slows the process down once it is initialised: Lambda's init has a whole CPU. */
  quota?: CpuQuota;
  modules?: boolean;
}

/** On Linux all functions share one CPU, and what they call has the others. */
const pinned = existsSync('/usr/bin/taskset') ? ['/usr/bin/taskset', '-c', '0'] : [];

/**
 * Starts a process with AWS's Runtime Interface Client, hands it one event, and ends it.
 * @throws where it does not initialise or does not answer within a minute
 */
export async function coldStart(
  { spec, variables, event }: Invocation,
  { quota, modules = false }: ColdStartOptions = {},
): Promise<ColdStart> {
  const asked = Promise.withResolvers<ServerResponse>();
  const answered = Promise.withResolvers<string>();
  const api = createServer(async (request, response) => {
    if (request.url?.endsWith('/invocation/next')) {
      asked.resolve(response);
      return;
    }
    const body = await text(request);
    response.writeHead(202).end();
    if (request.url?.endsWith('/response')) answered.resolve(body);
    else answered.reject(new Error(`${spec.shortName} failed: ${body}`));
  });
  const runtimeApi = (await listenLocally(api)).replace('http://', '');
  const [command = process.execPath, ...args] = [
    ...pinned,
    process.execPath,
    ...['--import', preload, ...(modules ? ['--import', modulesPreload] : []), interfaceClient],
  ];
  const startedAt = performance.now();
  const child = spawn(command, args, {
    cwd: spec.taskRoot,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...variables, ...reservedVariables(spec), AWS_LAMBDA_RUNTIME_API: runtimeApi },
  });
  const output = text(child.stdout);
  const errors = text(child.stderr);
  const gone = once(child, 'exit').then(async () => {
    throw new Error(`${spec.shortName} ended before it answered:\n${await output}${await errors}`);
  });
  const late = delay(giveUpMs, undefined, { ref: false }).then(() => {
    throw new Error(`${spec.shortName} took more than ${giveUpMs / 1000} s`);
  });
  const { pid = 0 } = child;
  try {
    const response = await Promise.race([asked.promise, gone, late]);
    const initMs = performance.now() - startedAt;
    quota?.limit(pid);
    const handedAt = performance.now();
    response
      .writeHead(200, {
        'content-type': 'application/json',
        'lambda-runtime-aws-request-id': crypto.randomUUID(),
        'lambda-runtime-deadline-ms': Date.now() + spec.timeoutMs,
        'lambda-runtime-invoked-function-arn': spec.arn,
      })
      .end(JSON.stringify(event));
    await Promise.race([answered.promise, gone, late]);
    const firstMs = performance.now() - handedAt;
    const cpuMs = cpuMsOf([pid]);
    if (modules) {
      child.kill('SIGUSR2');
      await delay(200);
    }
    return { initMs, firstMs, cpuMs, modules: modules ? await listed(() => child.kill()) : [] };
  } finally {
    child.kill('SIGKILL');
    await gone.catch(() => undefined);
    await stopServer(api);
  }

  async function listed(end: () => void): Promise<string[]> {
    end();
    const line = (await output).match(/^modules:(.*)$/m)?.[1] ?? '[]';
    return z.array(z.string()).parse(JSON.parse(line));
  }
}
