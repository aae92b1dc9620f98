import { Command } from 'commander';
import { clockCheck } from './clock-check.ts';
import { runCommand } from './command-error.ts';
import { readReport } from './health-api.ts';
import { reportTable } from './report-table.ts';
import { accessHelp, serviceApi } from './service-api.ts';

interface Options {
  organization: string;
  apiUrl?: string;
  json?: boolean;
}

/** Shows on a terminal that something is going on. @returns what takes the line away again */
function showProgress(text: string): () => void {
  const { stderr } = process;
  if (!stderr.isTTY) {
    return () => undefined;
  }
  const startedAt = Date.now();
  const show = () =>
    stderr.write(`\r${text} ${((Date.now() - startedAt) / 1000).toFixed(1)} s\u001b[K`);
  show();
  const timer = setInterval(show, 100);
  return () => {
    clearInterval(timer);
    stderr.write('\r\u001b[K');
  };
}

/** 0: no check has failed. 1: one has. 2: there is no report. */
async function run(options: Options): Promise<number> {
  const api = serviceApi(options.apiUrl);
  const done = showProgress(`Asking ${new URL(api.url).host} and Meta`);
  const { report, clockSkewMs } = await readReport(api, options.organization).finally(done);
  const clock = clockCheck(clockSkewMs);
  const checks = [...report.checks, clock];
  const healthy = report.healthy && clock.status !== 'fail';
  const complete = { ...report, healthy, checks };
  const { isTTY, columns = 100 } = process.stdout;
  const text = options.json
    ? JSON.stringify(complete, undefined, 2)
    : reportTable(complete, { colours: isTTY && !process.env['NO_COLOR'], columns });
  process.stdout.write(`${text}\n`);
  return healthy ? 0 : 1;
}

await new Command('npm run doctor --')
  .description(
    'Checks an organisation from its token to its queues, and says what is wrong and what to do.',
  )
  .requiredOption('--organization <id>', 'the organisation to check')
  .option(
    '--api-url <url>',
    'SendApiUrl of a deployed stage; by default the local run of "npm start"',
  )
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    `
${accessHelp}

Exit code: 0 nothing has failed, 1 a check has failed, 2 there is no report.

Examples:
  npm run doctor -- --organization demo
  npm run doctor -- --organization acme --api-url https://abc123.execute-api.eu-central-1.amazonaws.com
  npm run --silent doctor -- --organization demo --json | jq '.checks[] | select(.status == "fail")'`,
  )
  .action((options: Options) => runCommand(() => run(options)))
  .parseAsync();
