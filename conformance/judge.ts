import type { Expected } from './case.schema.ts';
import type { Delivered } from './delivered.schema.ts';

/** What a case expects of the report. */
export interface Judged {
  delivered: readonly Expected[];
  /** Of messages and calls that are the case's own. */
  ids: ReadonlySet<string>;
}

/** A report, to be looked up by id. */
export type ReportById = ReadonlyMap<string | undefined, readonly Delivered[]>;

/** At most so many problems of a case are told one by one. */
const told = 3;

/** What is wrong with a report, a sentence each; nothing where it is as the case has it. */
export function problemsWith(report: readonly Delivered[], byId: ReportById, judged: Judged) {
  const missing = judged.delivered.flatMap((expected) =>
    expected.id === undefined
      ? problemOfContent(expected, report)
      : problemWithId(expected, byId.get(expected.id) ?? []),
  );
  const problems = [...missing, ...unexpected(byId, judged)];
  return problems.length > told
    ? [...problems.slice(0, told), `and ${problems.length - told} more`]
    : problems;
}

function problemWithId(expected: Expected, records: readonly Delivered[]): string[] {
  const { kind, id, participant } = expected;
  const named = `${kind} ${id}${participant === undefined ? '' : ` of ${participant}`}`;
  const own = records.filter(
    (record) =>
      record.kind === kind && (participant === undefined || record.participant === participant),
  );
  const last = own.at(-1);
  if (!last) return [`${named}: not delivered`];
  // A status may be told again when it changes; what it adds is told once.
  const steps = own.map(({ changed, status }) => (kind === 'status' ? (changed ?? status) : kind));
  const repeats = steps.length - new Set(steps).size;
  const wrong = differences(expected, last).map((difference) => `${named}: ${difference}`);
  return repeats === 0 ? wrong : [`${named}: delivered ${repeats + 1} times`, ...wrong];
}

function differences(expected: Expected, record: Delivered): string[] {
  return Object.entries(expected).flatMap(([field, wanted]) => {
    const is = record[field];
    // A reaction taken back may be told as null, as "" or by leaving the emoji out.
    if (is === wanted || (wanted === null && !is)) return [];
    return [`${field} is ${shown(is)}, not ${shown(wanted)}`];
  });
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

/** For what Meta gives no id, or a receiver another: some record has to say it. */
function problemOfContent({ about, kind }: Expected, report: readonly Delivered[]): string[] {
  const found = report.some(
    (record) =>
      (kind === undefined || record.kind === kind) && JSON.stringify(record).includes(about ?? ''),
  );
  return found ? [] : [`${kind ?? 'record'} about ${about}: not delivered`];
}

/** Messages and statuses that are the case's and that it does not expect. */
function unexpected(byId: ReportById, { delivered, ids }: Judged): string[] {
  const expected = new Set(delivered.map(({ kind, id }) => `${kind} ${id}`));
  const tolerated = delivered.some(({ kind }) => kind === undefined);
  return [...ids].flatMap((id) => {
    const kinds = new Set((byId.get(id) ?? []).map(({ kind }) => kind));
    return [...kinds]
      .filter((kind) => kind !== 'other' && !tolerated && !expected.has(`${kind} ${id}`))
      .map((kind) => `${kind} ${id}: must not be delivered as a ${kind}`);
  });
}
