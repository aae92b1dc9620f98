import type { AwsClient } from '../aws-client.ts';
import { BootError } from '../boot-error.ts';
import type { EventBus } from '../event-bus.ts';
import type { RunnableFunction } from '../functions.ts';
import { assertPollable, readMappings } from '../resources/event-source-mapping.ts';
import { readRules, scheduledEvent } from '../resources/rule.ts';
import type { Assembly } from '../template/assembly.ts';
import { invokeAsynchronously } from './asynchronous.ts';
import { pollQueue } from './queue.ts';
import { pollStream } from './stream.ts';

/** What event sources work with. */
export interface EventSourceOptions {
  functions: Map<string, RunnableFunction>;
  /** Calls the engines themselves: polling is Lambda's work and no call of the function's. */
  engineCall: AwsClient;
  s3Address: string;
  bus: EventBus;
  log: (line: string) => void;
  signal: AbortSignal;
}

/**
 * Starts everything that invokes the functions of an assembly besides its APIs, and gives their
 * number. Throws a `BootError` where a role does not let Lambda poll.
 */
export function startEventSources(assembly: Assembly, options: EventSourceOptions): number {
  const { functions, engineCall, s3Address, bus, log, signal } = options;
  const named = (name: string): RunnableFunction => {
    const found = [...functions.values()].find(({ pool: { spec } }) =>
      [spec.name, spec.arn].includes(name),
    );
    if (!found) throw new BootError(`An event source is for ${name}, which is no function here`);
    return found;
  };
  const putObject = async (bucket: string, key: string, body: string): Promise<void> => {
    await fetch(`${s3Address}/${bucket}/${key}`, { method: 'PUT', body });
  };
  const report = (error: unknown): void => {
    if (!signal.aborted) log(`An event source stopped: ${error}`);
  };

  const { queues, streams } = readMappings(assembly);
  const rules = readRules(assembly);
  for (const mapping of queues) {
    const { pool, role } = named(mapping.functionName);
    assertPollable(mapping, role);
    pollQueue(mapping, pool, engineCall, signal).catch(report);
  }
  for (const mapping of streams) {
    const { pool, role } = named(mapping.functionName);
    assertPollable(mapping, role);
    const { invoke, spec } = pool;
    const common = { mapping, functionArn: spec.arn, invoke };
    pollStream({ ...common, engineCall, putObject, log, signal }).catch(report);
  }
  for (const rule of rules) {
    const targets = rule.targets.map(({ functionArn, input }) => ({
      ...{ pool: named(functionArn).pool, input },
    }));
    const fire = (event: object): void => {
      for (const { pool, input } of targets) {
        invokeAsynchronously(() => pool.invoke(input ? JSON.parse(input) : event), signal).catch(
          report,
        );
      }
    };
    if ('matches' in rule) {
      bus.on(rule.matches, (event) => {
        if (!signal.aborted) fire(event);
      });
    } else {
      const timer = setInterval(() => fire(scheduledEvent(rule, assembly.region)), rule.everyMs);
      signal.addEventListener('abort', () => clearInterval(timer));
    }
  }
  return queues.length + streams.length + rules.length;
}
