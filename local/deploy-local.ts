import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { createAwsClient } from './aws-client.ts';
import { BootError } from './boot-error.ts';
import { type Ministack, startMinistack } from './deploy-local/ministack.ts';
import { pythonWith } from './deploy-local/python.ts';
import { runCommand } from './deploy-local/run-command.ts';
import { connectDemo, passTexts } from './deploy-local/traffic.ts';
import { ensureSynth } from './synth.ts';

const root = path.resolve(import.meta.dirname, '..');
const directory = path.join(root, '.local/deploy');
const requirements = path.join(import.meta.dirname, 'deploy-local/requirements.txt');
const cdkCli = path.join(root, 'node_modules/aws-cdk/bin/cdk');
const texts = 100;

const outputsSchema = z.record(z.string(), z.record(z.string(), z.string()));

interface Options {
  stage: string;
  keep?: boolean;
}

async function deploy({ stage, keep = false }: Options): Promise<number> {
  const started = performance.now();
  const timed = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    process.stdout.write(`  ${what.padEnd(60)}`);
    const start = performance.now();
    const result = await work();
    process.stdout.write(`${((performance.now() - start) / 1000).toFixed(1).padStart(6)} s\n`);
    return result;
  };
  let ministack: Ministack | undefined;
  const stop = async (): Promise<void> => ministack?.stop();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stop().finally(() => process.exit(130)));
  }

  try {
    await mkdir(directory, { recursive: true });
    const { directory: assembly } = await timed('Synthesise', () => ensureSynth(stage));
    const python = await timed('Install MiniStack', () =>
      pythonWith(requirements, path.join(directory, 'python')),
    );
    const region = 'eu-west-1';
    ministack = await timed('Start MiniStack', () =>
      startMinistack(python, { region, logFile: path.join(directory, 'ministack.log') }),
    );
    const { url, environment } = ministack;
    const cdk = (...args: string[]) =>
      runCommand(process.execPath, [cdkCli, ...args, '--app', assembly], environment);
    await timed('cdk bootstrap', () => cdk('bootstrap'));
    const outputsFile = path.join(directory, 'outputs.json');
    await timed('cdk deploy --all --require-approval never', () =>
      cdk('deploy', '--all', '--require-approval', 'never', '--outputs-file', outputsFile),
    );
    const outputs = Object.assign(
      {},
      ...Object.values(outputsSchema.parse(JSON.parse(await readFile(outputsFile, 'utf8')))),
    );
    const deployed = { outputs, awsCall: createAwsClient(async () => url, region) };
    const appSecret = await timed('Put the app secret in', () => connectDemo(deployed));
    const webhook = new URL(outputs.WebhookUrl);
    const reach = `${url}/_aws/execute-api/${webhook.hostname.split('.')[0]}/$default${webhook.pathname}`;
    const passage = await timed('100 signed webhooks', () =>
      passTexts(deployed, { url: reach, appSecret, count: texts }),
    );
    console.log(passage, performance.now() - started);
    return passage.received === texts ? 0 : 1;
  } finally {
    if (!keep) await stop();
  }
}

process.exitCode = await deploy({ stage: 'dev' });
