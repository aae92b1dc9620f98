import { styleText } from 'node:util';
import type { Check, HealthReport } from '../shared/doctor/report.schema.ts';

type Style = Parameters<typeof styleText>[0];

const marks: Readonly<Record<Check['status'], { text: string; style: Style }>> = {
  ok: { text: 'ok', style: 'green' },
  warn: { text: 'warn', style: 'yellow' },
  fail: { text: 'FAIL', style: ['red', 'bold'] },
  skipped: { text: 'skipped', style: 'gray' },
};

/**
 * A report as a table: a line for each check, and under it what was found, and its cause and its cure where it is not ok.
 * @param options.colours whether to mark the states by colour
 * @param options.columns how wide the terminal is
 */
export function reportTable(
  { organizationId, checkedAt, checks }: HealthReport,
  { colours, columns }: { colours: boolean; columns: number },
): string {
  const paint = (style: Style, text: string) =>
    colours ? styleText(style, text, { validateStream: false }) : text;
  const markWidth = Math.max(...Object.values(marks).map(({ text }) => text.length));
  const titleWidth = Math.max(...checks.map(({ title }) => title.length));
  const indent = ' '.repeat(markWidth + 4);
  const noted = (name: string, text = '') =>
    text === '' ? [] : wrapped(`${name}${text}`, indent, columns);
  const rows = checks.flatMap(({ status, title, subject = '', cause, cure, details = {} }) => {
    const { text, style } = marks[status];
    const mark = paint(style, text.padEnd(markWidth));
    const facts = Object.entries(details).map(([name, value]) => `${name}: ${value}`);
    return [
      `  ${mark}  ${title.padEnd(titleWidth)}  ${subject}`.trimEnd(),
      ...noted(status === 'skipped' ? '' : 'cause: ', cause),
      ...noted('cure:  ', cure),
      ...noted(status === 'ok' ? '' : 'found: ', facts.join(', ')),
    ];
  });
  return [`Organisation ${organizationId}, ${checkedAt}`, '', ...rows, '', summary(checks)].join(
    '\n',
  );
}

function summary(checks: readonly Check[]): string {
  const count = (status: Check['status']) =>
    checks.filter((check) => check.status === status).length;
  return `${count('ok')} ok, ${count('warn')} to look at, ${count('fail')} failed, ${count('skipped')} skipped`;
}

/** A word that is too long, such as an ARN, stays whole: it is there to be copied. */
function wrapped(text: string, indent: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last === undefined || last.length + 1 + word.length > columns) {
      lines.push(`${indent}${word}`);
    } else {
      lines[lines.length - 1] = `${last} ${word}`;
    }
  }
  return lines;
}
