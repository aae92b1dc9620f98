import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { CommandError, runCommand } from '../../ops/command-error.ts';
import { textTable } from '../../ops/text-table.ts';
import { catchBugs } from './catch-bugs.ts';
import { mutation } from './mutation.ts';
import { soak } from './soak.ts';
import type { Step, StepResult, VerifyOptions } from './step.ts';
import { strikeSites } from './strike-sites.ts';
import { suites } from './suites.ts';
import { wireFaults } from './wire-faults.ts';

const steps: readonly Step[] = [...[catchBugs, strikeSites, mutation, wireFaults], ...suites, soak];

interface Options {
  quick?: boolean;
  only?: string;
  minutes: string;
  json?: boolean;
}

type Row = StepResult & { name: string; seconds: number };

/** @returns an exit code */
async function run({ quick = false, only, minutes, json = false }: Options) {
  const usual = steps.filter(({ isLong }) => !(quick && isLong)).map(({ name }) => name);
  const asked = only?.split(',') ?? usual;
  const unknown = asked.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) {
    throw new CommandError(`There is no step ${unknown.join(', ')}: see npm run verify -- --help`);
  }
  const soakMinutes = Number(minutes);
  if (!(soakMinutes > 0)) {
    throw new CommandError('--minutes takes a number above 0, such as 30');
  }
  const interruption = new AbortController();
  const { signal } = interruption;
  // The next Ctrl-C ends it as it is.
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => interruption.abort());
  const rows: Row[] = [];
  for (const step of steps.filter(({ name }) => asked.includes(name))) {
    const row = await runStep(step, { quick, soakMinutes, signal });
    if (signal.aborted) break;
    rows.push(row);
    if (!json) {
      console.log(`${step.name}: ${row.counted}, ${row.seconds} s`);
      for (const violation of row.violations) console.error(`  ${violation}`);
    }
  }
  console.log(json ? JSON.stringify(rows, undefined, 2) : `\n${tableOf(rows)}`);
  if (signal.aborted) {
    console.error('Interrupted: the steps above were over.');
    return 130;
  }
  return rows.some(({ violations }) => violations.length > 0) ? 1 : 0;
}

async function runStep(step: Step, options: Omit<VerifyOptions, 'onProgress'>): Promise<Row> {
  const start = performance.now();
  const bar = new SingleBar({
    format: `${step.name} {bar} {value}/{total}`,
    noTTYOutput: false,
    clearOnComplete: true,
  });
  bar.start(1, 0);
  const result = await step
    .run({
      ...options,
      onProgress(done, of) {
        bar.setTotal(of);
        bar.update(done);
      },
    })
    .catch((error: unknown) => ({ counted: 'could not look', violations: [String(error)] }))
    .finally(() => bar.stop());
  const seconds = Math.round((performance.now() - start) / 1000);
  return { name: step.name, ...result, seconds };
}

function tableOf(rows: readonly Row[]): string {
  return textTable([
    ['step', 'counted', 'violations', 'seconds'],
    ...rows.map(({ name, counted, violations, seconds }) => [
      ...[name, counted, String(violations.length), String(seconds)],
    ]),
  ]);
}

await new Command('npm run verify --')
  .description('The long proof that nothing is lost, doubled or given to somebody else.')
  .option('--quick', 'what a change needs, in about a minute; npm test has the rest')
  .option('--only <steps>', 'only these, separated by commas')
  .option('--minutes <number>', 'how long the soak lasts', '30')
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    `
Steps (* not in the quick run):
${steps.map(({ name, isLong, proves }) => `  ${`${name}${isLong ? '*' : ''}`.padEnd(11)}${proves}`).join('\n')}

Exit code: 0 everything holds, 1 something does not, 2 wrong options, 130 interrupted.

Examples:
  npm run verify -- --quick
  npm run verify -- --only crash,fuzz
  npm run verify -- --only soak --minutes 5 --json`,
  )
  .action((options: Options) => runCommand(() => run(options)))
  .parseAsync();
