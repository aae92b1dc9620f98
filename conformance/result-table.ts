import { textTable } from '../ops/text-table.ts';
import type { CaseResult } from './run-cases.ts';

/** What became of all cases at one receiver. */
export interface ReceiverResult {
  receiver: string;
  cases: readonly CaseResult[];
}

/** How many cases of an area, or of all, came to which end. */
export interface Tally {
  passed: number;
  failed: number;
  notClaimed: number;
}

/** Counts outcomes. */
export function tallyOf(cases: readonly CaseResult[]): Tally {
  const count = (wanted: CaseResult['outcome']) =>
    cases.filter(({ outcome }) => outcome === wanted).length;
  return { passed: count('passed'), failed: count('failed'), notClaimed: count('not-claimed') };
}

/** Case by case, then by area. */
export function resultTable({ cases }: ReceiverResult): string {
  const each = cases.map(({ area, name, outcome, problems }) => [
    ...[area, name, outcome],
    problems.join('; '),
  ]);
  const row = (title: string, { passed, failed, notClaimed }: Tally) => [
    title,
    ...[passed, failed, notClaimed].map(String),
  ];
  const areas = [...byArea(cases)].map(([area, own]) => row(area, tallyOf(own)));
  return [
    textTable([['area', 'case', 'outcome', 'what is wrong'], ...each]),
    textTable([['area', 'passed', 'failed', 'not claimed'], ...areas, row('all', tallyOf(cases))]),
  ].join('\n\n');
}

/** Receivers beside each other, by area, as Markdown. */
export function comparison(results: readonly ReceiverResult[]): string {
  const areas = [...byArea(results[0]?.cases ?? []).keys()];
  const columns = results.map(({ cases }) => byArea(cases));
  const rows = [
    ['area', ...results.map(({ receiver }) => receiver)],
    ['---', ...results.map(() => '---')],
    ...areas.map((area) => [area, ...columns.map((column) => cell(column.get(area) ?? []))]),
    ['all', ...results.map(({ cases }) => cell(cases))],
  ];
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function cell(cases: readonly CaseResult[]): string {
  const { passed, failed, notClaimed } = tallyOf(cases);
  const claimed = passed + failed;
  if (claimed === 0) return 'not claimed';
  return `${passed} of ${claimed}${notClaimed === 0 ? '' : ` (${notClaimed} not claimed)`}`;
}

/** What a receiver fails and does not claim, as Markdown; "" where that is nothing. */
export function findings({ receiver, cases }: ReceiverResult): string {
  const failed = cases
    .filter(({ outcome }) => outcome === 'failed')
    .map(({ name, problems }) => `- \`${name}\`: ${problems.join('; ')}`);
  const reasons = Map.groupBy(
    cases.filter(({ outcome }) => outcome === 'not-claimed'),
    ({ problems }) => problems.join('; '),
  );
  const notClaimed = [...reasons].map(([reason, own]) => {
    const names = [
      ...new Set(own.map(({ name, area }) => (isWhole(area, own, cases) ? area : name))),
    ];
    return `- not claimed: ${names.join(', ')}: ${reason}`;
  });
  const lines = [...failed, ...notClaimed];
  return lines.length === 0 ? '' : `${receiver}:\n\n${lines.join('\n')}`;
}

function isWhole(area: string, own: readonly CaseResult[], all: readonly CaseResult[]): boolean {
  const inArea = (cases: readonly CaseResult[]) => cases.filter((one) => one.area === area).length;
  return inArea(own) === inArea(all);
}

function byArea(cases: readonly CaseResult[]): Map<string, CaseResult[]> {
  return Map.groupBy(cases, ({ area }) => area);
}
