import type { Line } from './dashboard-body.schema.ts';
import type { Emitted } from './emitted.ts';

/** The time that is drawn, in steps. */
export interface Span {
  fromMs: number;
  toMs: number;
  stepMs: number;
}

/** What is drawn as one line: a value for each step, undefined where nothing was measured. */
export interface Series {
  label: string;
  values: (number | undefined)[];
}

/** What a line is made of where functions emit it. */
interface Asked {
  name: string;
  stat: string;
  /** The dimensions that a value has, no more and no fewer; one without a value may have any. */
  dimensions: Readonly<Record<string, string | undefined>>;
  /** The dimension by which there is a line for each value. */
  by?: string | undefined;
}

/** What lines are evaluated with. */
export interface Evaluation {
  emitted: readonly Emitted[];
  /** Of the functions' own metrics. */
  namespace: string;
  span: Span;
}

/** The two kinds of expressions that are known, which are those of the project's dashboards. */
const insights =
  /^SELECT SUM\("?(?<name>\w+)"?\) FROM SCHEMA\("(?<namespace>[^"]+)", (?<keys>[^)]+)\)(?: GROUP BY "(?<by>\w+)")?$/;
const sumOfFilled = /^FILL\(\w+, 0\)( \+ FILL\(\w+, 0\))*$/;

/** What of a line the functions emit; nothing where only AWS has it. @param lines of the whole graph */
export function askedOf(line: Line, lines: readonly Line[], ownNamespace: string): Asked[] {
  const { namespace, name, dimensions, stat, expression } = line;
  if (expression === undefined) {
    return namespace === ownNamespace ? [{ name, stat, dimensions }] : [];
  }
  if (sumOfFilled.test(expression)) {
    const ids = [...expression.matchAll(/\((\w+),/g)].map(([, id]) => id);
    return lines
      .filter(({ id }) => id !== undefined && ids.includes(id))
      .flatMap((part) => askedOf(part, lines, ownNamespace));
  }
  const query = insights.exec(expression)?.groups;
  if (query?.['namespace'] !== ownNamespace) {
    return [];
  }
  const keys = (query['keys'] ?? '').replaceAll('"', '').split(', ');
  const anyValue = Object.fromEntries(keys.map((key) => [key, undefined]));
  return [{ name: query['name'] ?? '', stat: 'Sum', dimensions: anyValue, by: query['by'] }];
}

/** Tells whether a value belongs to what is asked for. */
export function answers({ name, dimensions }: Asked, value: Emitted): boolean {
  const wanted = Object.entries(dimensions);
  return (
    value.name === name &&
    Object.keys(value.dimensions).length === wanted.length &&
    wanted.every(([key, text]) => {
      const given = value.dimensions[key];
      return given !== undefined && (text === undefined || text === given);
    })
  );
}

/** A time that holds all values, in steps of whole seconds, some fifteen of them. */
export function spanOf(emitted: readonly Emitted[]): Span {
  const times = emitted.map(({ atMs }) => atMs).sort((one, other) => one - other);
  const fromMs = times[0] ?? 0;
  const toMs = Math.max(times.at(-1) ?? 0, fromMs + 1000);
  return { fromMs, toMs, stepMs: Math.ceil((toMs - fromMs) / 15_000) * 1000 };
}

/** The whole of a time as one step. */
export function wholeOf({ fromMs, toMs }: Span): Span {
  return { fromMs, toMs, stepMs: toMs - fromMs + 1 };
}

/** A line's series; undefined where only AWS can draw it. @param lines of the whole graph */
export function seriesOf(
  line: Line,
  lines: readonly Line[],
  { emitted, namespace, span }: Evaluation,
): Series[] | undefined {
  const parts = askedOf(line, lines, namespace);
  const [first] = parts;
  if (!first) {
    return undefined;
  }
  const { by, name, stat } = first;
  const values = emitted.filter((value) => parts.some((asked) => answers(asked, value)));
  const groups = Map.groupBy(values, ({ dimensions }) =>
    by === undefined ? (line.label ?? name) : (dimensions[by] ?? ''),
  );
  return [...groups].sort().map(([label, some]) => ({ label, values: inSteps(some, stat, span) }));
}

function inSteps(
  values: readonly Emitted[],
  stat: string,
  { fromMs, toMs, stepMs }: Span,
): (number | undefined)[] {
  const steps = Map.groupBy(values, ({ atMs }) => Math.floor((atMs - fromMs) / stepMs));
  const count = Math.floor((toMs - fromMs) / stepMs) + 1;
  return Array.from({ length: count }, (_, step) => {
    const inStep = steps.get(step)?.map(({ value }) => value);
    return inStep && statistic(stat, inStep);
  });
}

/** @throws where the dashboards use a statistic that is not known here */
function statistic(stat: string, values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const percent = /^p(\d+)$/.exec(stat)?.[1];
  if (percent !== undefined) {
    return sorted[Math.ceil((Number(percent) / 100) * sorted.length) - 1] ?? 0;
  }
  switch (stat) {
    case 'Sum':
      return sorted.reduce((sum, value) => sum + value, 0);
    case 'Minimum':
      return sorted[0] ?? 0;
    case 'Maximum':
      return sorted.at(-1) ?? 0;
    default:
      throw new Error(`The preview does not know the statistic ${stat}`);
  }
}
