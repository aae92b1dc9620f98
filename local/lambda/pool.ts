import { BootError } from '../boot-error.ts';
import type { FunctionSpec } from '../resources/function.ts';
import { type Environment, startEnvironment } from './environment.ts';
import type { FunctionLog } from './logs.ts';

/** Processes per function; Lambda starts thousands, a laptop should not. */
const maxEnvironments = 4;

/** A function that can be invoked. */
export interface FunctionPool {
  spec: FunctionSpec;
  /** How many invocations run at once, at most. */
  concurrency: number;
  /** Starts the first process. Throws `BootError` where the function does not initialise. */
  warm(): Promise<void>;
  /** Invokes the function when one of its processes is free. Throws `FunctionError`. */
  invoke(event: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/**
 * Runs a function's invocations in a few processes that are started when they are needed, as Lambda
 * does with its execution environments. `variables` is all that a process's environment holds,
 * besides what Lambda itself sets.
 */
export function createFunctionPool(
  spec: FunctionSpec,
  variables: Record<string, string>,
  log: FunctionLog,
): FunctionPool {
  const concurrency = Math.min(spec.reservedConcurrency ?? maxEnvironments, maxEnvironments);
  const running = new Set<Promise<void>>();
  const idle: Environment[] = [];
  const queue: (() => void)[] = [];
  const stopping = new AbortController();
  let busy = 0;

  /** Waits for a free slot, then takes a process that lives, or starts one. */
  async function acquire(): Promise<Environment> {
    if (busy >= concurrency) await new Promise<void>((resolve) => queue.push(resolve));
    else busy += 1;
    for (let free = idle.pop(); free; free = idle.pop()) {
      if (free.isAlive()) return free;
    }
    const starting = startEnvironment(spec, variables, log, stopping.signal);
    const gone = starting
      .then(({ closed }) => closed)
      .catch(() => {})
      .finally(() => running.delete(gone));
    running.add(gone);
    try {
      return await starting;
    } catch (error) {
      release();
      throw error;
    }
  }

  function release(environment?: Environment): void {
    if (environment?.isAlive()) idle.push(environment);
    const next = queue.shift();
    if (next) next();
    else busy -= 1;
  }

  return {
    spec,
    concurrency,
    warm: async () => {
      const first = await acquire().catch((error) => {
        throw new BootError(`${error.message}\n\nCorrect that, then start again.`);
      });
      release(first);
    },
    invoke: async (event) => {
      const environment = await acquire();
      try {
        return await environment.invoke(event);
      } finally {
        release(environment);
      }
    },
    stop: async () => {
      stopping.abort();
      await Promise.all(running);
      await log.close();
    },
  };
}
