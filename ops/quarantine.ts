import { Command } from 'commander';
import { parseJson } from '../shared/json.ts';
import { CommandError, runCommand } from './command-error.ts';
import {
  type DeployedStage,
  onStage,
  type StageOptions,
  stageHelp,
  withStageOptions,
} from './deployed-stage.ts';
import { limitOf } from './limit-option.ts';
import { countQuarantined } from './quarantine-objects.ts';
import { type Choice, chosenObjects, retriedObjects } from './quarantine-retry.ts';
import { writeRaw } from './raw-file.ts';
import { redactor } from './redaction.ts';
import { moveExitCodes, runMove } from './run-move.ts';
import { setAsideObjectsInS3 } from './set-aside-objects.s3.ts';
import { retryPortsOf } from './stage-ports.ts';
import { textTable } from './text-table.ts';

interface ChoiceOptions extends StageOptions {
  kind: string;
  day?: string;
  limit?: string;
}

interface MovingOptions extends ChoiceOptions {
  execute?: boolean;
}

async function list({ rawBucket }: DeployedStage, { json }: { json?: boolean }): Promise<number> {
  const counts = await countQuarantined(setAsideObjectsInS3(rawBucket));
  const table = textTable([
    ['KIND', 'DAY', 'OBJECTS'],
    ...counts.map(({ kind, day, objects }) => [kind, day, String(objects)]),
  ]);
  const text = counts.length > 0 ? table : 'Nothing is set aside.';
  console.log(json ? JSON.stringify(counts, undefined, 2) : text);
  return 0;
}

/** @throws CommandError where an option is wrong */
function choiceOf({ kind, day }: ChoiceOptions): Choice {
  if (!/^[a-z]+$/.test(kind)) {
    throw new CommandError('--kind must be one of "list".');
  }
  if (day !== undefined && !/^\d{4}-\d\d-\d\d$/.test(day)) {
    throw new CommandError('--day must be like 2026-11-22.');
  }
  return { kind, day };
}

async function show(
  { rawBucket }: DeployedStage,
  { limit = '10', raw, ...options }: ChoiceOptions & { raw?: string },
): Promise<number> {
  const objects = setAsideObjectsInS3(rawBucket);
  const { take } = chosenObjects(choiceOf(options), objects);
  const redact = redactor();
  const contents = await Promise.all(
    (await take(limitOf(limit))).map(async (object) => {
      const text = Buffer.from(await objects.get(object.key)).toString();
      const json = parseJson(text);
      return { ...object, content: json.ok ? json.value : text };
    }),
  );
  if (raw !== undefined) {
    writeRaw(raw, contents);
    return 0;
  }
  for (const { content, ...object } of contents) {
    console.log(JSON.stringify({ ...object, content: redact(content) }, undefined, 2));
  }
  console.error(`${contents.length} shown. Texts and ids stand as their length and a mark.`);
  return 0;
}

/** How many objects are meant. */
async function countOf(stage: DeployedStage, options: MovingOptions): Promise<number> {
  const { take } = chosenObjects(choiceOf(options), setAsideObjectsInS3(stage.rawBucket));
  return (await take(limitOf(options.limit))).length;
}

async function retry(stage: DeployedStage, options: MovingOptions): Promise<number> {
  const total = await countOf(stage, options);
  if (!options.execute || total === 0) return wouldBe(total, 'put back');
  const place = retriedObjects(choiceOf(options), retryPortsOf(stage));
  return runMove(place, { total, verb: 'put back' });
}

async function drop(stage: DeployedStage, options: MovingOptions): Promise<number> {
  const total = await countOf(stage, options);
  if (!options.execute || total === 0) return wouldBe(total, 'deleted');
  const objects = chosenObjects(choiceOf(options), setAsideObjectsInS3(stage.rawBucket));
  return runMove({ ...objects, sendBack: async () => undefined }, { total, verb: 'deleted' });
}

function wouldBe(total: number, verb: string): number {
  const note = total > 0 ? ' Nothing is done without --execute.' : '';
  console.log(`${total} to be ${verb}.${note}`);
  return 0;
}

const program = new Command('npm run quarantine --').description(
  'Shows what was set aside because nobody understood it, and puts it back after a correction.',
);

withStageOptions(program.command('list'))
  .description('Counts what was set aside, by kind and day.')
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    `
${stageHelp}

Kinds:
  unrecognised  updates that were published as webhook.unrecognised
  element       updates without an identity
  webhook       signed bodies that are no webhook, or hold a part that is none
  message       messages of webhook-events that are none
  event         changes that cannot be told as events
  media, transcribe, send  messages of these queues that are none

All of it is deleted after 90 days.

Exit code: 0 listed, 2 not.

Examples:
  npm run quarantine -- list
  npm run --silent quarantine -- list --stage prod --json | jq 'map(.objects) | add'`,
  )
  .action((options: StageOptions & { json?: boolean }) =>
    runCommand(() => onStage(options, (stage) => list(stage, options))),
  );

function withChoice(command: Command): Command {
  return withStageOptions(command)
    .requiredOption('--kind <kind>', 'a kind of "list"')
    .option('--day <day>', 'only that day: 2026-11-22');
}

withChoice(program.command('show'))
  .description('Shows what was set aside without texts, phone numbers and tokens.')
  .option('--limit <number>', 'how many at most', '10')
  .option('--raw <file>', 'write it as it is into a new file, a line each')
  .addHelpText(
    'after',
    `
${stageHelp}

Equal texts have equal marks, within one output.

Exit code: 0 shown, 2 not.

Examples:
  npm run quarantine -- show --kind unrecognised
  npm run quarantine -- show --kind element --day 2026-11-22 --stage prod --raw /tmp/elements.jsonl`,
  )
  .action((options: ChoiceOptions & { raw?: string }) =>
    runCommand(() => onStage(options, (stage) => show(stage, options))),
  );

withChoice(program.command('retry'))
  .description(
    'Puts what was set aside back where it came from. Without --execute it only counts it.',
  )
  .option('--limit <number>', 'how many at most; by default all')
  .option('--execute', 'do it')
  .addHelpText(
    'after',
    `
${stageHelp}

Deploy first what understands it, and check out that version. What is not understood this time either is set aside
again under its key; what was stored before is not stored twice. Ctrl-C loses nothing: run it again to go on.

${moveExitCodes}

Examples:
  npm run quarantine -- retry --kind unrecognised
  npm run quarantine -- retry --kind unrecognised --day 2026-11-22 --limit 1 --execute
  npm run quarantine -- retry --kind element --stage prod --execute`,
  )
  .action((options: MovingOptions) =>
    runCommand(() => onStage(options, (stage) => retry(stage, options))),
  );

withChoice(program.command('drop'))
  .description('Deletes what was set aside, for good. Without --execute it only counts it.')
  .option('--limit <number>', 'how many at most; by default all')
  .option('--execute', 'do it')
  .addHelpText(
    'after',
    `
${stageHelp}

What was published as webhook.unrecognised names its object: consumers cannot fetch it any more.

${moveExitCodes}

Examples:
  npm run quarantine -- drop --kind send --execute
  npm run quarantine -- drop --kind element --day 2026-11-22 --stage prod --execute`,
  )
  .action((options: MovingOptions) =>
    runCommand(() => onStage(options, (stage) => drop(stage, options))),
  );

await program.parseAsync();
