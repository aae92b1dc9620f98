import { Command } from 'commander';
import { CommandError, runCommand } from './command-error.ts';
import {
  type ConnectTools,
  connectAccount,
  connectionOf,
  resumeAccount,
} from './connect-organization.ts';
import { progressDisplay } from './connect-progress.ts';
import { assertValid, complaints, connectQuestions, whereToFind } from './connect-questions.ts';
import { connectionText, problemLines, stoppedText } from './connection-text.ts';
import { type ConnectionsApi, type ConnectOutcome, connectionsApi } from './connections-api.ts';
import { promptsOn } from './prompts.ts';
import { accessHelp, serviceApi } from './service-api.ts';

interface Options {
  organization?: string;
  waba?: string;
  number?: string[];
  tokenStdin?: boolean;
  resume?: boolean;
  clearOverrides?: boolean;
  list?: boolean;
  disconnect?: string;
  yes?: boolean;
  apiUrl?: string;
  json?: boolean;
}

const { stdin, stdout, stderr } = process;

/** What Ctrl-C says. */
let onInterrupt = 'Nothing was sent, nothing has changed.';

function interrupt(): void {
  stderr.write(`\n${onInterrupt}\n`);
  process.exit(130);
}

const prompts = stdin.isTTY && stderr.isTTY ? promptsOn(stdin, stderr, interrupt) : undefined;

const questions = connectQuestions({
  prompts,
  stdin,
  env: process.env,
  explain: (text) => stderr.write(text),
});

function commandLine(options: string, { apiUrl }: Options): string {
  return `${options}${apiUrl === undefined ? '' : ` --api-url ${apiUrl}`}`;
}

function print(options: Options, json: unknown, shown: string): void {
  stdout.write(`${options.json ? JSON.stringify(json, undefined, 2) : shown}\n`);
}

/** 0: the connection is active. 1: a step has stopped it. */
async function connect(api: ConnectionsApi, options: Options): Promise<number> {
  const { resume, clearOverrides, number: phoneNumberIds } = options;
  for (const id of phoneNumberIds ?? []) {
    assertValid('--number', id, complaints.metaId);
  }
  const organizationId = await questions.organizationId(options.organization);
  const wabaId = await questions.wabaId(options.waba);
  const goOn = commandLine(
    `npm run connect -- --organization ${organizationId} --waba ${wabaId} --resume`,
    options,
  );
  const accessToken =
    resume || clearOverrides
      ? undefined
      : await questions.token({ fromStdin: options.tokenStdin ?? false });

  // With --json the standard output is for the result.
  const screen = options.json ? stderr : stdout;
  const isTerminal = screen.isTTY === true;
  const tools: ConnectTools = {
    api,
    display: progressDisplay((lines) => screen.write(lines), {
      columns: isTerminal ? screen.columns : undefined,
      colours: isTerminal && !process.env['NO_COLOR'],
    }),
    pinOf: questions.pin,
  };
  onInterrupt = `Nothing is lost: what is done is kept, and the service may still be doing a step. Go on with\n  ${goOn}\nIf that says that there is no such connection, begin again.`;
  const outcome = await (accessToken
    ? connectAccount({ organizationId, wabaId, accessToken, phoneNumberIds }, tools)
    : resumeAccount({ organizationId, wabaId, clearOverrides }, tools)
  ).catch((error: unknown) => {
    throw error instanceof CommandError
      ? new CommandError(`${error.message}\nWhat is done is kept. To go on: ${goOn}`)
      : error;
  });
  const isActive = outcome.kind === 'connection' && outcome.connection.state === 'active';
  const shown = isActive ? await asMetaHasItNow(outcome, organizationId, api) : outcome;
  const doctor = commandLine(`npm run doctor -- --organization ${organizationId}`, options);
  print(
    options,
    shown.kind === 'connection' ? { connection: shown.connection } : shown.problem,
    `\n${outcomeText(shown)}\n\n${isActive ? `next: ${doctor}` : nextAfterStop(outcome, goOn)}`,
  );
  return isActive ? 0 : 1;
}

/** The steps show the numbers as they were before they were registered. */
async function asMetaHasItNow(
  outcome: ConnectOutcome & { kind: 'connection' },
  organizationId: string,
  api: ConnectionsApi,
): Promise<ConnectOutcome> {
  const { wabaId } = outcome.connection;
  const connections = await api.list(organizationId, 'live').catch(() => []);
  const connection = connections.find((each) => each.wabaId === wabaId);
  return connection ? { kind: 'connection', connection } : outcome;
}

function outcomeText(outcome: ConnectOutcome): string {
  if (outcome.kind === 'stopped') {
    return stoppedText(outcome.problem);
  }
  const { connection } = outcome;
  const problems = problemLines(connection);
  return [
    connectionText(connection, Date.now()),
    ...(problems.length > 0 ? ['', ...problems] : []),
  ].join('\n');
}

function nextAfterStop(outcome: ConnectOutcome, goOn: string): string {
  const again = goOn.replace(' --resume', '');
  if (outcome.kind === 'stopped') {
    return `to try again: ${again}`;
  }
  const { problem } = outcome.connection;
  const option = problem?.reason === 'webhook-overridden' ? ' --clear-overrides' : '';
  return `to go on: ${goOn}${option}\nwith another token: ${again}`;
}

async function list(api: ConnectionsApi, options: Options): Promise<number> {
  const organizationId = await questions.organizationId(options.organization);
  const data = await api.list(organizationId, 'live');
  const lines = data.flatMap((connection) => [
    connectionText(connection, Date.now()),
    ...problemLines(connection).map((line) => `    ${line}`),
  ]);
  const none = `${organizationId} has no connections.`;
  print(options, { data }, lines.length > 0 ? lines.join('\n') : none);
  return 0;
}

async function disconnect(api: ConnectionsApi, options: Options): Promise<number> {
  const wabaId = options.disconnect ?? '';
  assertValid('--disconnect', wabaId, complaints.metaId);
  const owner = { organizationId: await questions.organizationId(options.organization), wabaId };
  if (!options.yes) {
    if (!prompts) {
      throw new CommandError('Add --yes: there is no terminal to ask at.');
    }
    const connection = await connectionOf(api, owner);
    if (!connection) {
      throw new CommandError('This organisation has no such connection.');
    }
    stderr.write(
      `${connectionText(connection, Date.now())}\n\nIts webhooks will not be received any more, and its token is deleted. The numbers stay registered at Meta.\n`,
    );
    const answer = await prompts.ask(`Type ${wabaId} to disconnect it: `, () => undefined);
    if (answer !== wabaId) {
      throw new CommandError('Nothing has changed.');
    }
  }
  onInterrupt = 'It may be disconnected already: say it again, or see --list.';
  const connection = await api.disconnect(owner);
  print(options, { connection }, connectionText(connection, Date.now()));
  return 0;
}

/** A token travels over TLS, or not at all beyond this machine. */
function assertSafe(url: string): void {
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && !['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
    throw new CommandError('The --api-url must begin with https://: a token is sent to it.');
  }
}

function run(options: Options): Promise<number> {
  process.once('SIGINT', interrupt);
  const api = serviceApi(options.apiUrl);
  assertSafe(api.url);
  const connections = connectionsApi(api);
  if (options.list) return list(connections, options);
  if (options.disconnect !== undefined) return disconnect(connections, options);
  return connect(connections, options);
}

await new Command('npm run connect --')
  .description(
    'Connects an organisation to a WhatsApp Business Account with a token of a system user, and shows each step. Asks for what is not given.',
  )
  .option('--organization <id>', 'the organisation, as Nexus names it')
  .option('--waba <id>', 'the WhatsApp Business Account')
  .option('--number <id...>', 'connect only these numbers, by their ids at Meta')
  .option('--token-stdin', 'read the access token from the standard input')
  .option('--resume', 'go on where it has stopped; needs no token')
  .option('--clear-overrides', 'go on, and lead webhooks here that go to another URL')
  .option('--list', "show the organisation's connections as Meta has them now")
  .option('--disconnect <waba>', 'take a connection apart: no webhooks, no token')
  .option('--yes', 'disconnect without asking')
  .option(
    '--api-url <url>',
    'SendApiUrl of a deployed stage; by default the local run of "npm start"',
  )
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    `
Where to find what it asks for:
  ${Object.values(whereToFind).join('\n').replaceAll('\n', '\n  ')}

The token is read from WHATSAPP_TOKEN, from the standard input with --token-stdin, or asked for and not
shown. There is no option for it: others could read it in the list of processes. The PIN of a number with
two-step verification is read from WHATSAPP_PIN, or asked for.

${accessHelp}

Exit code: 0 the connection is active (or listed, or taken apart), 1 it has stopped at a step, 2 the
service was not reached or something that was given is wrong.

Examples:
  npm run connect
  npm run connect -- --organization acme --waba 104050607080901 --token-stdin < token.txt
  npm run connect -- --organization acme --waba 104050607080901 --resume
  npm run connect -- --organization acme --list
  npm run connect -- --organization acme --disconnect 104050607080901`,
  )
  .action((options: Options) => runCommand(() => run(options)))
  .parseAsync();
