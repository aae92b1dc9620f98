import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { parseJson } from '../shared/json.ts';
import { CommandError, runCommand } from './command-error.ts';
import { type CostMeasurement, measurementSchema } from './cost/measurement.schema.ts';
import { costMarkdown, costReport, costText } from './cost/report.ts';

const measurementFile = path.join(import.meta.dirname, 'cost/measurement.json');
const pageFile = path.resolve(import.meta.dirname, '../docs/cost.md');

interface Options {
  measure?: boolean;
  stage: string;
  json?: boolean;
  markdown?: boolean;
  write?: boolean;
}

/** @throws CommandError where there is none, or one of another version of this command */
function storedMeasurement(): CostMeasurement {
  let text = '';
  try {
    text = readFileSync(measurementFile, 'utf8');
  } catch {
    // Told below, as a file that is none.
  }
  const json = parseJson(text);
  const { data } = measurementSchema.safeParse(json.ok ? json.value : undefined);
  if (!data) {
    throw new CommandError(`${measurementFile} is no measurement: npm run cost -- --measure`);
  }
  return data;
}

/** @throws CommandError where the local stack cannot be run, or traffic does not come through it */
async function measured(stage: string): Promise<CostMeasurement> {
  if (process.platform !== 'linux') {
    throw new CommandError(
      'Measuring takes Linux. Without --measure the stored figures are priced.',
    );
  }
  // Only here: it brings the whole local stack along.
  const { measureCost } = await import('../bench/cost-run.ts');
  const bar = new SingleBar({
    ...{ format: 'Measuring {flow} [{bar}] {value}/{total}', stream: process.stderr },
    hideCursor: true,
  });
  bar.start(1, 0, { flow: 'the start' });
  const measurement = await measureCost(stage, (done, total, flow) => {
    bar.setTotal(total);
    bar.update(done, { flow });
  })
    .catch((error: unknown) => {
      throw new CommandError(`Nothing was measured: ${error}`);
    })
    .finally(() => bar.stop());
  writeFileSync(measurementFile, `${JSON.stringify(measurement, undefined, 2)}\n`);
  return measurement;
}

/** 0: there is a report. 2: there is none. */
async function run({ measure, stage, json, markdown, write }: Options): Promise<number> {
  const report = costReport(measure ? await measured(stage) : storedMeasurement());
  if (write) writeFileSync(pageFile, costMarkdown(report));
  const text = json
    ? JSON.stringify(report, undefined, 2)
    : markdown
      ? costMarkdown(report)
      : costText(report);
  process.stdout.write(`${text.trimEnd()}\n`);
  return 0;
}

await new Command('npm run cost --')
  .description(
    'Prices a million inbound texts, statuses, outbound messages and voice notes, line by line, from what a local run used.',
  )
  .option('--measure', 'run the stack here and count and measure anew; takes some three minutes')
  .option('--stage <name>', 'the stage of infra/config.ts to measure', 'prod')
  .option('--json', 'print JSON')
  .option('--markdown', 'print docs/cost.md')
  .option('--write', 'also write docs/cost.md')
  .addHelpText(
    'after',
    `
Without --measure it prices the measurement that is stored in ops/cost/measurement.json.
Measuring takes Linux; as root, or with a cgroup of its own, functions get the CPU of their memory.

Examples:
  npm run cost
  npm run cost -- --measure --write
  npm run --silent cost -- --json | jq '.flows[] | {title, usd, requestsEach}'`,
  )
  .action((options: Options) => runCommand(() => run(options)))
  .parseAsync();
