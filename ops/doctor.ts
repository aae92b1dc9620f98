import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command } from 'commander';
import * as z from 'zod';
import { parseJson } from '../shared/json.ts';
import { clockCheck } from './clock-check.ts';
import { type HealthApi, NoReportError, readReport } from './health-api.ts';
import { reportTable } from './report-table.ts';

const stackFile = path.resolve(import.meta.dirname, '../.local/stack.json');
const stackSchema = z.object({ apiUrl: z.url() });

interface Options {
  organization: string;
  apiUrl?: string;
  json?: boolean;
}

/** Where the API is: the one that is named, else the local run. @throws NoReportError */
function apiOf({ apiUrl }: Options): HealthApi {
  return { url: apiUrl ?? localUrl(), token: process.env['WHATSAPP_API_TOKEN'] };
}

function localUrl(): string {
  let text = '';
  try {
    text = readFileSync(stackFile, 'utf8');
  } catch {
    // Told below, as a file that is none.
  }
  const json = parseJson(text);
  const stack = stackSchema.safeParse(json.ok ? json.value : undefined);
  if (!stack.success) {
    throw new NoReportError('The local run is not up: "npm start" first, or name an --api-url.');
  }
  return stack.data.apiUrl;
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
  const api = apiOf(options);
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
A request to AWS is signed with your AWS credentials (AWS_PROFILE and the like), or carries the token
in WHATSAPP_API_TOKEN where the stage has a JWT authorizer.

Exit code: 0 nothing has failed, 1 a check has failed, 2 there is no report.

Examples:
  npm run doctor -- --organization demo
  npm run doctor -- --organization acme --api-url https://abc123.execute-api.eu-central-1.amazonaws.com
  npm run --silent doctor -- --organization demo --json | jq '.checks[] | select(.status == "fail")'`,
  )
  .action(async (options: Options) => {
    try {
      process.exitCode = await run(options);
    } catch (error) {
      if (!(error instanceof NoReportError)) {
        throw error;
      }
      console.error(error.message);
      process.exitCode = 2;
    }
  })
  .parseAsync();
