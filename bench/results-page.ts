import type { Result } from './results.schema.ts';

/** The page of the last results: every goal first, then each measurement's rows. */
export function resultsPage(results: readonly Result[]): string {
  const goals = results.flatMap(({ name, at, machine, goals }) =>
    goals.map(({ goal, reached, met }) => ({
      goal: `${met ? '' : '**missed** '}${goal}`,
      ...{ reached, command: `\`npm run bench -- ${name}\``, date: at.slice(0, 10), machine },
    })),
  );
  const parts = [
    '# Measurements',
    '`npm run bench -- --save` writes this page. Figures of another machine differ; ratios less so.',
    ...(goals.length > 0 ? [table(goals)] : []),
    ...results.flatMap(({ name, title, at, machine, rows }) => [
      `## ${name}`,
      `${title}. ${at.slice(0, 10)}, ${machine}.`,
      table(rows),
    ]),
  ];
  return `${parts.join('\n\n')}\n`;
}

function table(rows: Result['rows']): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => String(row[column] ?? '')));
  const cells = [columns, columns.map(() => '---'), ...lines];
  return cells
    .map((line) => `| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');
}
