import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import type { Invocation } from '../local/functions.ts';
import type { Report } from './lambda-durations.ts';
import type { RecordedCall } from './recording-proxy.ts';
import { percentile, rounded } from './statistics.ts';

/** A request of SQS, and a record of Firehose, is billed for each. Source: pricing of both. */
const chunkBytes: Readonly<Record<string, number>> = { sqs: 64 * 1024, firehose: 5 * 1024 };

const batchSchema = z.object({
  Records: z.array(z.object({ eventSourceARN: z.string() })).min(1),
});
const scheduledSchema = z.object({ source: z.literal('aws.events') });

/** A queue's, a stream's or a bucket's own name, without the stack's before it and the hash behind it. */
function shortResource(name: string): string {
  const queue = name.match(/([A-Z][A-Za-z]*)Queue[0-9A-F]{8}(\.fifo)?$/);
  if (queue) return `${queue[1]}${queue[2] ?? ''}`;
  return name.replace(/^.*?([a-z]+)bucket[0-9a-f]{8}|^.*-(?=[A-Z]\w*$)/, '$1');
}

/** Bytes and lines of each function's log in a directory, by the function's short name. */
export function logsIn(directory: string): Map<string, { bytes: number; lines: number }> {
  return new Map(
    readdirSync(directory).map((file) => {
      const content = readFileSync(path.join(directory, file));
      const lines = content.toString().split('\n').length - 1;
      return [path.basename(file, '.log'), { bytes: content.length, lines }];
    }),
  );
}

/** What the logs have grown by. */
export function logsSince(before: ReturnType<typeof logsIn>, after: ReturnType<typeof logsIn>) {
  return new Map(
    [...after].map(([name, { bytes, lines }]) => {
      const { bytes: bytesBefore = 0, lines: linesBefore = 0 } = before.get(name) ?? {};
      return [name, { bytes: bytes - bytesBefore, lines: lines - linesBefore }];
    }),
  );
}

/** What a local run has shown. */
export interface Observed {
  invocations: readonly Invocation[];
  calls: readonly RecordedCall[];
  reports: readonly Report[];
  logs: ReturnType<typeof logsSince>;
}

/** What was observed, by function, action and queue. What schedules have started is left out: it comes by the month. */
export function used({ invocations, calls, reports, logs }: Observed) {
  const caused = invocations.filter(({ event }) => !scheduledSchema.safeParse(event).success);
  const bySpec = Map.groupBy(caused, ({ spec }) => spec.name);
  const functions = [...bySpec].flatMap(([name, [first, ...rest]]) => {
    if (!first) return [];
    const { shortName, memoryMb } = first.spec;
    const { bytes = 0, lines = 0 } = logs.get(shortName) ?? {};
    const durations = reports.filter((report) => report.function === name);
    return {
      name: shortName,
      memoryMb,
      invocations: 1 + rest.length,
      durationMs: rounded(
        percentile(
          durations.map(({ durationMs }) => durationMs),
          50,
        ),
      ),
      logBytes: bytes,
      logLines: lines,
    };
  });
  const callers = new Map(
    caused.map(({ spec, variables }) => [variables['AWS_ACCESS_KEY_ID'] ?? '', spec.shortName]),
  );
  const own = calls.filter(({ accessKeyId }) => callers.has(accessKeyId));
  const grouped = Map.groupBy(own, ({ accessKeyId, service, action, resource }) =>
    [callers.get(accessKeyId), service, action, resource].join('\n'),
  );
  const batches = caused.flatMap(({ event }) => {
    const records = batchSchema.safeParse(event).data?.Records ?? [];
    const [, , service, , , queue = ''] = records[0]?.eventSourceARN.split(':') ?? [];
    return service === 'sqs' ? [{ queue, messages: records.length }] : [];
  });
  const received = Map.groupBy(batches, ({ queue }) => queue);
  return {
    functions,
    calls: [...grouped].map(([key, all]) => {
      const [name = '', service = '', action = '', resource = ''] = key.split('\n');
      const sum = (of: (call: RecordedCall) => number) =>
        all.reduce((total, call) => total + of(call), 0);
      return {
        function: name,
        ...{ service, action, resource: shortResource(resource), requests: all.length },
        chunks: sum(({ requestBytes }) =>
          chunkBytes[service] ? Math.max(1, Math.ceil(requestBytes / chunkBytes[service])) : 0,
        ),
        units: sum(({ units }) => units),
        indexUnits: sum(({ indexUnits }) => indexUnits),
        bytes: ['s3', 'firehose'].includes(service) ? sum(({ requestBytes }) => requestBytes) : 0,
      };
    }),
    received: [...received].map(([queue, all]) => ({
      queue: shortResource(queue),
      batches: all.length,
      messages: all.reduce((sum, { messages }) => sum + messages, 0),
    })),
  };
}
