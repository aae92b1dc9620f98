import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { BootError } from './boot-error.ts';
import type { startMeta } from './meta/demo.ts';
import type { FakeGraph } from './meta/graph.ts';
import type { LocalStack } from './stack.ts';

const directory = path.resolve(import.meta.dirname, '../.local');
const stateFile = path.join(directory, 'stack.json');

type Meta = Awaited<ReturnType<typeof startMeta>>;

function toPort(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new InvalidArgumentError('It must be a number from 0 to 65535.');
}

function print(line = ''): void {
  process.stdout.write(`${line}\n`);
}

function printTable(rows: Record<string, string>): void {
  const width = Math.max(...Object.keys(rows).map((name) => name.length));
  for (const [name, value] of Object.entries(rows)) print(`  ${name.padEnd(width)}  ${value}`);
}

function printReady(stack: LocalStack, meta: Meta, eventsEndpoint: string | undefined): void {
  print();
  printTable({
    'Connect an organisation': meta.info.signupUrl,
    'Webhook (Meta posts here)': meta.info.webhookUrl,
    'HTTP APIs': stack.url,
    'Graph API (fake)': meta.info.graphUrl,
    'Messages Meta accepted': `${stack.url}/_local/graph/messages`,
    ...(eventsEndpoint
      ? { 'Inbox events go to': eventsEndpoint, 'They are signed with': eventsSecret }
      : { 'Inbox events': `${stack.url}/_local/events?after=0&wait=20` }),
    'AWS calls': `${stack.url}/_local/requests`,
    'AWS endpoint': stack.awsEndpoint,
    'Function logs': '.local/logs/<function>.log',
  });
  const open = stack.apiRoutes.filter(({ authorization }) => authorization !== 'NONE');
  if (open.length > 0) {
    print(`\nAuthorizers are not enforced here: ${open.length} routes take unsigned requests.`);
  }
  print('\nThe demo customer counts as having written just now: a text to 966500000001 arrives.');
  print('\nTry next:\n');
  for (const command of meta.nextCommands) print(`  ${command}`);
  print('\nCtrl-C stops everything.');
}

/** What other programs need to find the running stack. */
function writeStateFile(stack: LocalStack, { info }: Meta): void {
  const state = {
    ...info,
    apiUrl: stack.url,
    inboxQueueUrl: stack.outputs['InboxEventsQueueUrl'],
    tableName: stack.outputs['TableName'],
    tokenKeyArn: stack.outputs['TokenKeyArn'],
    awsEndpoint: stack.awsEndpoint,
    region: stack.region,
    resources: stack.resources,
    pid: process.pid,
  };
  mkdirSync(directory, { recursive: true });
  writeFileSync(stateFile, `${JSON.stringify(state, undefined, 2)}\n`);
}

interface Options {
  stage: string;
  port: number;
  eventsEndpoint?: string;
}

async function run({ stage, port, eventsEndpoint }: Options): Promise<void> {
  let stack: LocalStack | undefined;
  let meta: Meta | undefined;
  let graph: FakeGraph | undefined;
  const stop = async (): Promise<void> => {
    rmSync(stateFile, { force: true });
    meta?.stop();
    await stack?.stop();
    await graph?.stop();
    process.exit(0); // while it still starts, this ends every child and empties the disk
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);

  // Imported here, when Ctrl-C is already heard: it takes a good part of the start.
  const { startStack } = await import('./stack.ts');
  const { initialSecrets, metaEnvironment, startDemoGraph, startMeta } = await import(
    './meta/demo.ts'
  );
  const running = await startDemoGraph();
  graph = running;
  stack = await startStack({
    stage,
    port,
    logDir: path.join(directory, 'logs'),
    ...(eventsEndpoint && { eventsEndpoint }),
    secrets: {
      ...initialSecrets,
      ...(eventsEndpoint && { EventsSecretArn: JSON.stringify({ secrets: [eventsSecret] }) }),
    },
    environment: async (context) => metaEnvironment(running, context),
    routes: async (context) => {
      meta = await startMeta(context, running);
      return meta.routes;
    },
    onStep: ({ name, detail, durationMs }) => {
      rmSync(stateFile, { force: true }); // now that the port is ours
      print(`  ${name.padEnd(14)} ${detail.padEnd(36)} ${(durationMs / 1000).toFixed(2)} s`);
    },
  });
  if (!meta) throw new Error('The Meta simulator did not start');
  writeStateFile(stack, meta);
  printReady(stack, meta, eventsEndpoint);
}

/** What inbox events are signed with where they are delivered. */
const eventsSecret = `whsec_${randomBytes(32).toString('base64')}`;

const program = new Command('npm start --')
  .description('Boots the synthesised stack on this machine, with a simulated Meta beside it.')
  .option('--stage <name>', 'the stage of infra/config.ts to boot', 'dev')
  .option('--events-endpoint <url>', 'where to deliver inbox events to, as signed webhooks')
  .addOption(
    new Option('--port <number>', 'the port of the APIs, 0 for any free one')
      .env('PORT')
      .default(4000)
      .argParser(toPort),
  )
  .action(async (options) => {
    try {
      await run(options);
    } catch (error) {
      console.error(`\n${error instanceof BootError ? error.message : error}`);
      process.exit(1);
    }
  });

await program.parseAsync();
