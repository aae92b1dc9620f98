import { existsSync, readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import * as z from 'zod';
import { demoPhone } from './customer.ts';
import { awaitEvents, eventLine, type InboxEvent, newestEvent } from './events.ts';
import { bodyFor, readFixtures, subjectsOf } from './fixtures.ts';
import { kinds, type ToRequest } from './kinds.ts';

const stackFile = '.local/stack.json';
const linesPrinted = 10;
/** Meta's limits count 1,024 bytes as a kilobyte, and so on. */
const unitBytes = new Map([
  ['', 1],
  ['kb', 1024],
  ['mb', 1024 * 1024],
]);

interface Options {
  from?: string;
  userId?: string;
  phone?: boolean;
  name?: string;
  count?: number;
  duplicate?: number;
  delay?: number;
  replyTo?: string;
  wait: number;
  json?: boolean;
  remove?: boolean;
  size?: number;
}

const delivery = z.looseObject({
  status: z.number().nullable(),
  durationMs: z.number(),
  error: z.string().optional(),
});
const answer = z.object({
  messageIds: z.array(z.string()),
  updates: z.number(),
  deliveries: z.array(delivery),
});
const refusal = z.object({ problems: z.array(z.string()) });

const link = z.object({ url: z.string() });

/** What a message becomes besides an event of its own: its file is stored, a voice note also written down. */
const eventsOfType = new Map([
  ...['image', 'video', 'document', 'sticker', 'audio'].map((type) => [type, 2] as const),
  ['voice', 3],
]);

const stackInfo = z.object({
  webhookUrl: z.string(),
  apiUrl: z.string().default(''),
  organizationId: z.string().default(''),
  wabaId: z.string().default(''),
  phoneNumberId: z.string().default(''),
});

const program = new Command('npm run simulate --')
  .description('Plays a WhatsApp customer: Meta\'s signed webhooks for the stack of "npm start".')
  .addHelpText(
    'after',
    `
Examples:
  npm run simulate -- text "مرحبا" --from 966500000002 --name Omar
  npm run simulate -- image "front door" --no-phone
  npm run simulate -- voice en
  npm run simulate -- document --size 100mb
  npm run simulate -- batch 1000 --duplicate 1
  npm run simulate -- ladder`,
  );

for (const [usage, summary, toRequest] of kinds) {
  const command = program
    .command(usage)
    .description(summary)
    .option('--from <phone>', "the customer's number: digits with the country code")
    .option('--user-id <BSUID>', "the customer's business-scoped user id, such as SA.1234")
    .option('--no-phone', 'a customer whose number Meta withholds')
    .option('--name <name>', "the customer's profile name")
    .option('--count <n>', 'so many messages, up to 1,000 in one webhook', wholeNumber)
    .option('--duplicate <n>', 'deliver every webhook so many times more', wholeNumber)
    .option('--delay <ms>', 'wait before sending', wholeNumber)
    .option('--reply-to <wamid>', 'quote this message')
    .option('--wait <s>', 'give up so long after the last inbox event', wholeNumber, 10)
    .option('--json', 'print ids, deliveries and whole events as JSON');
  if (command.name() === 'reaction') command.option('--remove', 'take the reaction back');
  if (command.name() === 'document') {
    command.option(
      '--size <size>',
      'a generated file: bytes, or such as 300kb or 100mb',
      byteCount,
    );
  }
  command.action(() => run(toRequest, command.args, command.opts<Options>()));
}

program
  .command('fixture <name>')
  .description("one of Meta's documented payloads, by its name in the list")
  .option('--duplicate <n>', 'deliver the webhook so many times more', wholeNumber)
  .option('--wait <s>', 'give up so long after the last inbox event', wholeNumber, 10)
  .option('--json', 'print ids, deliveries and whole events as JSON')
  .action((name: string, options: Options) => {
    const fixture = readFixtures().find((each) => each.name === name);
    if (!fixture) throw new Error(`There is no fixture ${name}: npm run simulate -- list`);
    const body = bodyFor(fixture, demoNumber());
    return run(() => ({ type: 'webhook', body }), [], options, fixture.events.length);
  });

program
  .command('list')
  .description('every kind with one line each, and what each documented payload becomes')
  .action(() => {
    for (const [usage, summary] of kinds) console.log(`${usage.padEnd(28)}${summary}`);
    const rows = readFixtures().flatMap(({ name, webhook, events }) =>
      subjectsOf(webhook).map((subject) => [subject, name, tally(events) || 'none']),
    );
    console.log();
    printTable([['field and type', 'fixture <name>', 'inbox events'], ...rows.sort()]);
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

function printTable(rows: string[][]): void {
  const widths = [0, 1].map((at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)) + 2);
  for (const row of rows) {
    console.log(row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(''));
  }
}

/** Sends, and prints what came of it: `eventCount` inbox events, or what each update becomes. */
async function run(
  toRequest: ToRequest,
  operands: string[],
  options: Options,
  eventCount?: number,
): Promise<void> {
  const told = options.remove ? toRequest(operands[0]) : toRequest(...operands);
  const origin = runningStack();
  const after = await newestEvent(origin);
  const start = performance.now();
  const sent = await simulate(origin, { ...told, ...requestOptions(options) });
  const { messageIds, updates, deliveries } = sent;
  const accepted = deliveries.every(({ status }) => status === 200);
  const expected = eventCount ?? updates * (eventsOfType.get(String(told['type'])) ?? 1);
  const count = accepted ? expected : 0;
  const wanted = { after, ids: new Set(messageIds), count, idleSeconds: options.wait };
  const events = await awaitEvents(origin, wanted);
  const durationMs = Math.round(performance.now() - start);
  if (!accepted || events.length < expected) process.exitCode = 1;

  if (options.json) {
    console.log(JSON.stringify({ messageIds, deliveries, events }, null, 2));
    return;
  }
  const many = messageIds.length > linesPrinted;
  for (const id of messageIds.slice(0, linesPrinted)) console.log(`sent     ${id}`);
  if (many) console.log(`sent     ... ${messageIds.length} in all`);
  const slowestMs = Math.max(...deliveries.map((each) => each.durationMs));
  const answers = tally(deliveries.map(({ status, error }) => String(status ?? error)));
  console.log(`webhook  ${answers} in ${slowestMs} ms`);
  if (!accepted) {
    console.log('What was not answered 200 is sent again: see /_local/deliveries');
    return;
  }
  const lines = many ? [tally(events.map(({ type }) => type))] : events.map(eventLine);
  for (const line of lines) console.log(`inbox    ${line}`);
  if (!many) await printLinks(events);
  console.log(`${events.length} of ${expected} inbox events after ${durationMs} ms`);
}

/** Prints where the files of messages can be fetched from, for a few minutes. */
async function printLinks(events: InboxEvent[]): Promise<void> {
  const { apiUrl, organizationId } = demoNumber();
  for (const { type, phoneNumberId, messageId } of events) {
    if (type !== 'media.stored') continue;
    const of = { organizationId, phoneNumberId: `${phoneNumberId}`, messageId: `${messageId}` };
    const answer = await fetch(`${apiUrl}/whatsapp-media?${new URLSearchParams(of)}`);
    const found = link.safeParse(await answer.json()).data;
    console.log(`file     ${found?.url ?? `no link: ${answer.status}`}`);
  }
}

function requestOptions(options: Options): object {
  const { from, userId, phone = true, name, count, duplicate, delay, replyTo, size } = options;
  if (!phone && from !== undefined) throw new Error('--from and --no-phone exclude each other');
  const customer = phone
    ? { from: from ?? (userId && demoPhone), fromUserId: userId }
    : { fromUserId: userId ?? 'SA.13491208655302741918' };
  const context = replyTo && { id: replyTo };
  const given = { ...customer, name, count, duplicate, delayMs: delay, context, size };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function demoNumber(): z.output<typeof stackInfo> {
  if (!existsSync(stackFile)) throw new Error('No stack is running: start it with npm start');
  return stackInfo.parse(JSON.parse(readFileSync(stackFile, 'utf8')));
}

function runningStack(): string {
  return new URL(demoNumber().webhookUrl).origin;
}

async function simulate(origin: string, request: object): Promise<z.output<typeof answer>> {
  const response = await fetch(`${origin}/_local/simulate`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(request),
  });
  const body: unknown = await response.json();
  const refused = refusal.safeParse(body);
  if (refused.success) throw new Error(refused.data.problems.join('\n'));
  return answer.parse(body);
}

/** How often each of the texts occurs: `503, 200 (3 times)`. */
function tally(texts: string[]): string {
  return [...Map.groupBy(texts, (text) => text)]
    .map(([text, { length }]) => (length > 1 ? `${text} (${length} times)` : text))
    .join(', ');
}

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError('It must be a whole number.');
  return Number(text);
}

function byteCount(text: string): number {
  const [, digits = '', unit = ''] = /^(\d+)(|kb|mb)$/.exec(text.toLowerCase()) ?? [];
  if (digits === '') throw new InvalidArgumentError('It must be like 4096, 300kb or 100mb.');
  return Number(digits) * (unitBytes.get(unit) ?? 1);
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // fetch reports an address where nothing listens as a TypeError with a cause.
  if (error instanceof TypeError && error.cause !== undefined) {
    return `The stack of ${stackFile} does not answer: start it with npm start`;
  }
  return error.message;
}
