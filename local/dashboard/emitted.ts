import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { parseJson } from '../../shared/json.ts';

/** A value of a metric that a function has emitted. */
export interface Emitted {
  namespace: string;
  name: string;
  dimensions: Record<string, string>;
  /** Since 1970, in ms. */
  atMs: number;
  value: number;
}

/** Source: CloudWatch User Guide, "Specification: Embedded metric format". */
const emfSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string() })),
      }),
    ),
  }),
});

const valuesSchema = z.union([z.number().transform((value) => [value]), z.array(z.number())]);

const lineSchema = z.record(z.string(), z.unknown());

/** A line of a function's log. */
export type LogLine = z.output<typeof lineSchema>;

/** The lines that functions have written as JSON objects. @param directory of `<function>.log` files */
export function readLogLines(directory: string): LogLine[] {
  return readdirSync(directory)
    .filter((file) => file.endsWith('.log'))
    .flatMap((file) => readFileSync(path.join(directory, file), 'utf8').split('\n'))
    .flatMap((text) => {
      const json = parseJson(text);
      const line = lineSchema.safeParse(json.ok ? json.value : undefined).data;
      return line ? [line] : [];
    });
}

/** The metrics in lines of a log. */
export function emittedIn(lines: readonly LogLine[]): Emitted[] {
  return lines.flatMap((line) => {
    const { _aws } = emfSchema.safeParse(line).data ?? {};
    return (_aws?.CloudWatchMetrics ?? []).flatMap(({ Namespace, Dimensions, Metrics }) =>
      Dimensions.flatMap((names) =>
        Metrics.flatMap(({ Name }) =>
          (valuesSchema.safeParse(line[Name]).data ?? []).map((value) => ({
            ...{ namespace: Namespace, name: Name, value, atMs: _aws?.Timestamp ?? 0 },
            dimensions: Object.fromEntries(names.map((name) => [name, String(line[name])])),
          })),
        ),
      ),
    );
  });
}
