import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { coldStarts } from './cold-start.ts';
import { endToEnd } from './end-to-end.ts';
import { eventInserts } from './event-inserts.ts';
import { growth } from './growth.ts';
import type { Measurement, MeasurementOptions } from './measurement.ts';
import { mediaMemory } from './media-memory.ts';
import { parseNormalise } from './parse-normalise.ts';
import { queuedLane } from './queued-lane.ts';
import { type Result, resultsSchema } from './results.schema.ts';
import { resultsPage } from './results-page.ts';
import { sendOverhead } from './send-overhead.ts';
import { warmIngest } from './warm-ingest.ts';
import { webhookLoad } from './webhook-load.ts';
import { webhookRequests } from './webhook-requests.ts';

/** In the order in which all of them run: what takes minutes comes last. */
const measurements: Readonly<Record<string, Measurement>> = {
  'parse-normalise': parseNormalise,
  'warm-ingest': warmIngest,
  'event-inserts': eventInserts,
  'webhook-requests': webhookRequests,
  'send-overhead': sendOverhead,
  'queued-lane': queuedLane,
  'media-memory': mediaMemory,
  growth,
  'webhook-load': webhookLoad,
  'end-to-end': endToEnd,
  'cold-start': coldStarts,
};

const root = path.resolve(import.meta.dirname, '..');
const resultsFile = path.join(root, 'bench/results.json');
const pageFile = path.join(root, 'docs/measurements.md');

const machine = `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.versions.node}`;

interface Options extends MeasurementOptions {
  json?: boolean;
  save?: boolean;
}

await new Command('npm run bench --')
  .description('Measures what this project says about its speed and cost. All of it by default.')
  .argument('[names...]', 'which measurements')
  .option('--seconds <number>', 'how long end-to-end sends webhooks (default: 300)', wholeNumber)
  .option('--json', 'print JSON, a line for each measurement')
  .option('--save', 'write the results into bench/results.json and docs/measurements.md')
  .addHelpText('after', helpText())
  .action(async (names: string[], options: Options) => {
    const unknown = names.filter((name) => !Object.hasOwn(measurements, name));
    if (unknown.length > 0) {
      console.error(`There is no measurement ${unknown.join(', ')}: see npm run bench -- --help`);
      process.exitCode = 1;
      return;
    }
    await measure(names.length > 0 ? names : Object.keys(measurements), options);
  })
  .parseAsync();

function wholeNumber(text: string): number {
  if (!/^[1-9]\d*$/.test(text))
    throw new InvalidArgumentError('It must be a whole number above 0.');
  return Number(text);
}

function helpText(): string {
  const lines = Object.entries(measurements).map(
    ([name, { minutes, title }]) =>
      `  ${name.padEnd(17)} ${`${minutes}`.padStart(3)} min  ${title}`,
  );
  const examples = [
    'npm run bench',
    'npm run bench -- parse-normalise warm-ingest',
    'npm run bench -- end-to-end --seconds 60',
    'npm run bench -- --save',
  ];
  return [
    '',
    'Measurements:',
    ...lines,
    '',
    'Examples:',
    ...examples.map((line) => `  ${line}`),
  ].join('\n');
}

async function measure(
  names: readonly string[],
  { json, save, ...chosen }: Options,
): Promise<void> {
  console.error(
    `${new Date().toISOString().slice(0, 10)}, ${machine}, load ${os.loadavg()[0]?.toFixed(1)}`,
  );
  for (const [index, name] of names.entries()) {
    const measurement = measurements[name];
    if (!measurement) continue;
    const { title, minutes, run } = measurement;
    console.error(`\n${index + 1} of ${names.length}: ${name}, about ${minutes} min`);
    const found = await run(chosen);
    const { rows, goals } = Array.isArray(found) ? { rows: found, goals: [] } : found;
    const result: Result = { name, title, at: new Date().toISOString(), machine, rows, goals };
    if (json) {
      console.log(JSON.stringify(result));
    } else {
      console.log(`${name}: ${title}`);
      console.table(rows);
      for (const { goal, reached, met } of goals) {
        console.log(`${met ? 'reached' : 'MISSED '}  ${goal}: ${reached}`);
      }
    }
    // After each: what was measured is kept when the next one fails.
    if (save) write(result);
  }
}

function write(result: Result): void {
  const known = existsSync(resultsFile)
    ? resultsSchema.parse(JSON.parse(readFileSync(resultsFile, 'utf8')))
    : [];
  const latest = new Map([...known, result].map((each) => [each.name, each]));
  const results = Object.keys(measurements).flatMap((name) => latest.get(name) ?? []);
  writeFileSync(resultsFile, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(pageFile, resultsPage(results));
}
