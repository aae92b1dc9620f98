import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { parseJson } from '../shared/json.ts';
import { BootError } from './boot-error.ts';
import { readDashboards } from './dashboard/dashboards.ts';
import { runDemo } from './dashboard/demo-run.ts';
import { emittedIn, readLogLines } from './dashboard/emitted.ts';
import { previewPage } from './dashboard/page.ts';
import { ensureSynth } from './synth.ts';

const localDirectory = path.resolve(import.meta.dirname, '../.local');

/** Of what "npm start" says of itself. */
const stackFileSchema = z.object({ apiUrl: z.string() });

/** Since when "npm start" is ready, in ms since 1970; undefined where it does not run. */
async function runningSince(): Promise<number | undefined> {
  const file = path.join(localDirectory, 'stack.json');
  try {
    const json = parseJson(readFileSync(file, 'utf8'));
    const { apiUrl } = stackFileSchema.parse(json.ok ? json.value : undefined);
    const { ok } = await fetch(new URL('/_local/health', apiUrl));
    return ok ? statSync(file).mtimeMs : undefined;
  } catch {
    return undefined;
  }
}

interface Options {
  stage: string;
  out: string;
  demo: boolean;
}

async function run({ stage, out, demo }: Options): Promise<void> {
  const say = (step: string) => process.stderr.write(`  ${step}\n`);
  const { directory } = await ensureSynth(stage);
  const sinceMs = demo ? undefined : await runningSince();
  const lines =
    sinceMs === undefined
      ? await runDemo(stage, say)
      : readLogLines(path.join(localDirectory, 'logs'));
  // The logs of functions that this run does not have are of an earlier one.
  const emitted = emittedIn(lines).filter(({ atMs }) => atMs >= (sinceMs ?? 0));
  if (emitted.length === 0) {
    say('nothing was emitted yet: "npm run simulate -- ladder" first, or draw a run with --demo');
  }
  const page = previewPage({
    dashboards: readDashboards(directory),
    emitted,
    namespace: `nexus-whatsapp-${stage}`,
    source:
      sinceMs === undefined ? "a demo run's" : 'those of the local run that "npm start" began',
  });
  const file = path.resolve(out);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, page);
  process.stdout.write(`${file}\n`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));

const program = new Command('npm run dashboard:preview --')
  .description(
    'Draws the dashboards of the template on one HTML page, with the metrics of the local run where "npm start" is up, else with those of a demo run of its own.',
  )
  .option('--stage <name>', 'the stage of infra/config.ts', 'dev')
  .option('--out <file>', 'where to write the page', '.local/dashboards.html')
  .option('--demo', 'boot a demo run even where "npm start" is up', false)
  .addHelpText(
    'after',
    '\nExamples:\n  npm run dashboard:preview\n  npm run dashboard:preview -- --stage prod --out /tmp/dashboards.html',
  )
  .action(async (options) => {
    try {
      await run(options);
    } catch (error) {
      console.error(`\n${error instanceof BootError ? error.message : error}`);
      process.exitCode = 1;
    }
  });

await program.parseAsync();
