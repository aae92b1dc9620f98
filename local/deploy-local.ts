import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { BootError } from './boot-error.ts';
import { censusTable, takeCensus } from './deploy-local/census.ts';
import { doneOtherwise, madeUpFor } from './deploy-local/known-gaps.ts';
import { type Ministack, startMinistack } from './deploy-local/ministack.ts';
import { pythonWith } from './deploy-local/python.ts';
import { runCommand } from './deploy-local/run-command.ts';
import { serviceCalls } from './deploy-local/service-calls.ts';
import { regionOf } from './deploy-local/synthesised.ts';
import { connectDemo, passTexts } from './deploy-local/traffic.ts';
import { ensureSynth } from './synth.ts';

const root = path.resolve(import.meta.dirname, '..');
const directory = path.join(root, '.local/deploy');
const requirements = path.join(import.meta.dirname, 'deploy-local/requirements.txt');
const cdkCli = path.join(root, 'node_modules/aws-cdk/bin/cdk');
const webhookCount = 100;

interface Options {
  stage: string;
  keep?: boolean;
}

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

function seconds(sinceMs: number): string {
  return `${((performance.now() - sinceMs) / 1000).toFixed(1).padStart(6)} s`;
}

/** Does a part of the work, and prints what it was and how long it took. */
async function step<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const start = performance.now();
  process.stdout.write(`  ${name.padEnd(48)}`);
  const result = await work().catch((error) => {
    print('failed');
    throw error;
  });
  print(seconds(start));
  return result;
}

async function readOutputs(file: string): Promise<Record<string, string>> {
  const stacks = outputsSchema.parse(JSON.parse(await readFile(file, 'utf8')));
  return Object.assign({}, ...Object.values(stacks));
}

/** A deployed API's URL under MiniStack's own address: `amazonaws.com` leads elsewhere. */
function reachable(apiUrl: string | undefined, ministackUrl: string): string {
  const { hostname, pathname } = new URL(apiUrl ?? '');
  return `${ministackUrl}/_aws/execute-api/${hostname.split('.')[0]}/$default${pathname}`;
}

/** 0: every webhook came through. 1: some did not. */
async function deploy({ stage, keep = false }: Options): Promise<number> {
  const start = performance.now();
  let ministack: Ministack | undefined;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      await ministack?.stop();
      process.exit(process.exitCode ?? 130);
    });
  }
  let isKept = false;
  try {
    await mkdir(directory, { recursive: true });
    const { directory: assembly } = await step('Synthesise', () => ensureSynth(stage));
    const region = await regionOf(assembly);
    const python = await step('Install MiniStack', () =>
      pythonWith(requirements, path.join(directory, 'python')),
    );
    const running = await step('Start MiniStack', () =>
      startMinistack(python, { region, logFile: path.join(directory, 'ministack.log') }),
    );
    ministack = running;
    const cdk = (...args: string[]) =>
      step(`cdk ${args.slice(0, 4).join(' ')}`, () =>
        runCommand(process.execPath, [cdkCli, ...args, '--app', assembly], running.environment),
      );
    await cdk('bootstrap');
    const outputsFile = path.join(directory, 'outputs.json');
    await cdk('deploy', '--all', '--require-approval', 'never', '--outputs-file', outputsFile);
    const outputs = await readOutputs(outputsFile);

    const calls = serviceCalls(running.url, region);
    const census = await step('Ask each service', () => takeCensus(assembly, calls));
    const deployed = { outputs, awsCall: calls.json };
    const appSecret = await step('App secret, demo organisation', () => connectDemo(deployed));
    const url = reachable(outputs['WebhookUrl'], running.url);
    const passage = await step(`${webhookCount} signed webhooks, events received`, () =>
      passTexts(deployed, { url, appSecret, count: webhookCount }),
    );

    print(`\n${censusTable(census).join('\n')}`);
    print(`\nWhat MiniStack lacks and is made up for:\n- ${madeUpFor.join('\n- ')}`);
    print(`\nWhat it does otherwise:\n- ${doneOtherwise.join('\n- ')}`);
    print(
      `\n${passage.accepted} of ${webhookCount} webhooks answered 200, the slowest after ${passage.slowestMs} ms.`,
    );
    print(`${passage.received} of ${webhookCount} events in the inbox queue.`);
    print(`${seconds(start).trim()} in all.`);
    isKept = keep;
    if (isKept) printReach(running, url);
    return passage.received === webhookCount ? 0 : 1;
  } finally {
    if (!isKept) await ministack?.stop();
  }
}

function printReach({ url, environment }: Ministack, webhookUrl: string): void {
  const region = environment['AWS_REGION'];
  print(`
MiniStack goes on until Ctrl-C. For the AWS CLI and "npx cdk":

  export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local

  Webhook    ${webhookUrl}
  Outputs    .local/deploy/outputs.json
  Log        .local/deploy/ministack.log`);
}

const program = new Command('npm run deploy:local --')
  .description(
    'Performs the unmodified "cdk bootstrap" and "cdk deploy" into MiniStack, an emulator of AWS, then passes signed webhooks through what was deployed.',
  )
  .option('--stage <name>', 'the stage of infra/config.ts to deploy', 'dev')
  .option('--keep', 'leave it running, until Ctrl-C')
  .addHelpText(
    'after',
    `
Needs Python 3.10 or newer. Its first run takes MiniStack from the Python Package Index into .local/deploy/python.

Exit code: 0 every webhook came through to the inbox queue, 1 some did not, or something failed.

Examples:
  npm run deploy:local
  npm run deploy:local -- --stage prod
  npm run deploy:local -- --keep`,
  )
  .action(async (options: Options) => {
    try {
      process.exitCode = await deploy(options);
    } catch (error) {
      console.error(`\n${error instanceof BootError ? error.message : error}`);
      process.exitCode = 1;
    }
  });

await program.parseAsync();
