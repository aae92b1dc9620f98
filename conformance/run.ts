import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { CommandError, runCommand } from '../ops/command-error.ts';
import { textTable } from '../ops/text-table.ts';
import type { ConformanceCase } from './case.schema.ts';
import { readCases } from './read-cases.ts';
import type { Receiver } from './receiver.port.ts';
import { type ReceiverOptions, receiverOfOptions } from './receiver-options.ts';
import { comparison, findings, type ReceiverResult, resultTable, tallyOf } from './result-table.ts';
import { runCases } from './run-cases.ts';
import { signedCases } from './signed-cases.ts';

interface Options extends ReceiverOptions {
  only?: string[];
  peers?: boolean;
  list?: boolean;
  print?: boolean;
  json?: boolean;
  markdown?: boolean;
}

/** 0: nothing has failed. 1: a case has. 2: there is no result. Peers' failures count for nothing. */
async function run(options: Options): Promise<number> {
  const cases = chosenCases(options.only);
  if (options.list) {
    const rows = cases.map(({ area, name, why, source }) => [area, name, why, source]);
    print(textTable([['area', 'case', 'why', 'source'], ...rows]));
    return 0;
  }
  if (options.print) {
    for (const line of signedCases(cases, options)) print(JSON.stringify(line));
    return 0;
  }
  const own = await resultOf(cases, await ownReceiver(options));
  const results = [own, ...(options.peers ? await resultsOfPeers(cases) : [])];
  if (options.json) {
    print(
      JSON.stringify(
        results.map((one) => ({ ...one, ...tallyOf(one.cases) })),
        undefined,
        2,
      ),
    );
  } else if (options.markdown) {
    print(comparison(results));
  } else if (options.peers) {
    const parts = [comparison(results), ...results.map(findings)];
    print(parts.filter((part) => part !== '').join('\n\n'));
  } else {
    print(resultTable(own));
  }
  return tallyOf(own.cases).failed === 0 ? 0 : 1;
}

/** @throws CommandError where nothing is left */
function chosenCases(only: readonly string[] | undefined): ConformanceCase[] {
  const all = readCases();
  const areas = new Set(all.map(({ area }) => area));
  const fits =
    ({ name, area }: ConformanceCase) =>
    (wanted: string) =>
      areas.has(wanted) ? area === wanted : name.includes(wanted);
  const cases = all.filter((each) => only?.some(fits(each)) ?? true);
  if (cases.length === 0) {
    throw new CommandError(`No case has ${only?.join(' or ')} in its name; see --list.`);
  }
  return cases;
}

async function ownReceiver(options: Options): Promise<Receiver> {
  const named = receiverOfOptions(options);
  if (named) return named;
  // Imported here: it takes a second, and a receiver elsewhere needs none of it.
  const { bootedStack, runningStack } = await import('./own-stack.ts');
  const running = await runningStack();
  if (running) return running;
  process.stderr.write('Booting this project’s own stack\n');
  const booted = await bootedStack();
  process.once('SIGINT', () => booted.stop().finally(() => process.exit(130)));
  return booted;
}

async function resultsOfPeers(cases: readonly ConformanceCase[]): Promise<ReceiverResult[]> {
  const { serve } = await import('./peers/webhook-server.ts');
  const { kapso } = await import('./peers/kapso.ts');
  const { whatsappApiJs } = await import('./peers/whatsapp-api-js.ts');
  const { greatDetail } = await import('./peers/great-detail.ts');
  const results: ReceiverResult[] = [];
  for (const peer of [kapso, whatsappApiJs, greatDetail]) {
    results.push(await resultOf(cases, await serve(peer)));
  }
  return results;
}

async function resultOf(
  cases: readonly ConformanceCase[],
  receiver: Receiver,
): Promise<ReceiverResult> {
  const bar = new SingleBar({
    format: `${receiver.name} {bar} {value}/{total} cases posted`,
    noTTYOutput: false,
  });
  bar.start(cases.length, 0);
  try {
    const results = await runCases(cases, receiver, () => bar.increment());
    return { receiver: receiver.name, cases: results };
  } finally {
    bar.stop();
    await receiver.stop();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

const list = (text: string, before: string[] = []) => [...before, ...text.split(',')];

await new Command('npm run conformance --')
  .description(
    'Posts signed webhooks to a receiver, and checks what it has delivered: each update once, whole, to its owner.\nBy default the stack of "npm start", or this project’s own, booted for the run.',
  )
  .option('--url <url>', 'where the receiver takes webhooks')
  .option('--secret <secret>', 'the app secret that it is configured with')
  .option('--events <source>', 'what reports its deliveries: an address, a file or a command')
  .option('--verify-token <token>', 'its verify token; without one there is no handshake')
  .option('--numbers <ids>', 'two phone number ids that it knows, with a comma', list)
  .option('--wabas <ids>', 'the WhatsApp Business Account id of each', list)
  .option('--tenants <names>', 'what it calls the owner of each; the number ids by default', list)
  .option('--not-claimed <names>', 'areas and cases that it does not claim to be right in', list)
  .option('--wait <seconds>', 'give up when nothing new is reported for so long', Number, 10)
  .option('--only <names>', 'areas, and parts of names of cases, with commas', list)
  .option('--peers', 'three npm packages beside it, each in the server of its documentation')
  .option('--markdown', 'print nothing but the table by area, as Markdown')
  .option('--json', 'print JSON')
  .option('--list', 'print the cases and post nothing')
  .option('--print', 'print the signed requests of the cases as JSON lines and post nothing')
  .addHelpText(
    'after',
    `
What a receiver has to report stands in docs/conformance.md.

Exit code: 0 nothing has failed, 1 a case has failed, 2 there is no result.

Examples:
  npm run conformance
  npm run conformance -- --only signature,duplicates
  npm run conformance -- --url http://127.0.0.1:3000/webhook --secret s3cret --events http://127.0.0.1:3000/delivered
  npm run conformance -- --url http://127.0.0.1:3000/webhook --secret s3cret --events "tail -n +1 delivered.jsonl" --not-claimed handshake,tenants
  npm run conformance -- --peers
  npm run --silent conformance -- --print --secret s3cret > webhooks.jsonl`,
  )
  .action((options: Options) => runCommand(() => run(options)))
  .parseAsync();
