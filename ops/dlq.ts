import { Command } from 'commander';
import { queueDepthsInSqs } from '../shared/doctor/queue-depths.sqs.ts';
import { parseJson } from '../shared/json.ts';
import { runCommand } from './command-error.ts';
import {
  type DeployedStage,
  onStage,
  queueNamed,
  type StageOptions,
  stageHelp,
  withStageOptions,
} from './deployed-stage.ts';
import { deadLettersInSqs } from './dlq-letters.sqs.ts';
import { type DeadLetterRow, deadLetterTable, streamName } from './dlq-table.ts';
import { limitOf } from './limit-option.ts';
import { objectsToTake } from './objects-to-take.ts';
import { writeRaw } from './raw-file.ts';
import { redactor } from './redaction.ts';
import { moveExitCodes, runMove } from './run-move.ts';
import { setAsideObjectsInS3 } from './set-aside-objects.s3.ts';
import { retryPortsOf } from './stage-ports.ts';
import { streamFailurePrefix, streamFailures } from './stream-failures.ts';

interface QueueOptions extends StageOptions {
  queue: string;
  limit?: string;
}

/** What SQS hands out at once: one of these is the oldest, or nearly. */
const sample = 10;

async function rowsOf(stage: DeployedStage): Promise<DeadLetterRow[]> {
  const depths = await queueDepthsInSqs(
    Object.fromEntries(stage.queues.map(({ name, url }) => [name, url])),
  ).read();
  const rows = await Promise.all(
    depths.map(async ({ name, waiting, held, deadLetters }) => {
      const letters = await deadLettersInSqs(queueNamed(stage, name)).peek(
        Math.min(deadLetters, sample),
      );
      const [oldestAt] = letters.map(({ sentAt }) => sentAt).sort();
      return { queue: name, dead: deadLetters, oldestAt, waiting, held };
    }),
  );
  const failures = await failedBatches(stage, Number.POSITIVE_INFINITY);
  const [oldestAt] = failures.map(({ storedAt }) => storedAt).sort();
  return [...rows, { queue: streamName, dead: failures.length, oldestAt }];
}

function failedBatches({ rawBucket }: DeployedStage, limit: number) {
  return objectsToTake(setAsideObjectsInS3(rawBucket), [streamFailurePrefix])(limit);
}

async function list(stage: DeployedStage, { json }: { json?: boolean }): Promise<number> {
  const rows = await rowsOf(stage);
  console.log(json ? JSON.stringify(rows, undefined, 2) : deadLetterTable(rows, new Date()));
  return 0;
}

/** What is to be shown: what is known of it, and its content. */
interface Shown {
  about: Record<string, unknown>;
  content: string;
}

async function lettersOf(stage: DeployedStage, queue: string, limit: number): Promise<Shown[]> {
  if (queue !== streamName) {
    const letters = await deadLettersInSqs(queueNamed(stage, queue)).peek(limit);
    return letters.map(({ id, sentAt, receives, body }) => ({
      about: { messageId: id, sentAt, receives },
      content: body,
    }));
  }
  const objects = setAsideObjectsInS3(stage.rawBucket);
  const failures = await failedBatches(stage, limit);
  return Promise.all(
    failures.map(async (about) => ({
      about: { ...about },
      content: Buffer.from(await objects.get(about.key)).toString(),
    })),
  );
}

async function show(
  stage: DeployedStage,
  { queue, limit = '10', raw }: QueueOptions & { raw?: string },
): Promise<number> {
  const letters = await lettersOf(stage, queue, limitOf(limit));
  if (raw !== undefined) {
    writeRaw(raw, letters);
    return 0;
  }
  const redact = redactor();
  for (const { about, content } of letters) {
    const json = parseJson(content);
    const shown = { ...about, content: redact(json.ok ? json.value : content) };
    console.log(JSON.stringify(shown, undefined, 2));
  }
  console.error(`${letters.length} shown. Texts and ids stand as their length and a mark.`);
  return 0;
}

async function redrive(
  stage: DeployedStage,
  { queue, limit, execute }: QueueOptions & { execute?: boolean },
): Promise<number> {
  const most = limitOf(limit);
  const dead =
    queue === streamName ? (await failedBatches(stage, most)).length : await deadIn(stage, queue);
  const total = Math.min(dead, most);
  if (!execute || total === 0) {
    console.log(
      `${total} to redrive of ${queue}.${total > 0 ? ' Nothing is done without --execute.' : ''}`,
    );
    return 0;
  }
  const options = { total, verb: 'redriven' };
  if (queue === streamName) {
    const ports = retryPortsOf(stage);
    return runMove(streamFailures(ports.objects, ports), options);
  }
  return runMove(deadLettersInSqs(queueNamed(stage, queue)), options);
}

async function deadIn(stage: DeployedStage, queue: string): Promise<number> {
  const [depth] = await queueDepthsInSqs({ [queue]: queueNamed(stage, queue).url }).read();
  return depth?.deadLetters ?? 0;
}

const program = new Command('npm run dlq --').description(
  'Shows what could not be worked, however often it was tried, and puts it back to be worked again.',
);

withStageOptions(program.command('list'))
  .description(
    "Counts the dead letters of each queue, and the batches of the table's stream that were given up.",
  )
  .option('--json', 'print JSON')
  .addHelpText(
    'after',
    `
${stageHelp}

SQS counts approximately, and tells no age: the oldest is that of ten dead letters.
The queue "${streamName}" is the raw bucket's ${streamFailurePrefix}: where Lambda writes what publish or drain did not take in 20 hours.

Exit code: 0 listed, 2 not.

Examples:
  npm run dlq -- list
  npm run --silent dlq -- list --stage prod --json | jq '.[] | select(.dead > 0)'`,
  )
  .action((options: StageOptions & { json?: boolean }) =>
    runCommand(() => onStage(options, (stage) => list(stage, options))),
  );

withStageOptions(program.command('show'))
  .description(
    'Shows dead letters without texts, phone numbers and tokens. They stay where they are.',
  )
  .requiredOption('--queue <name>', `a queue of "list", or ${streamName}`)
  .option('--limit <number>', 'how many at most', '10')
  .option('--raw <file>', 'write them as they are into a new file, a line each')
  .addHelpText(
    'after',
    `
${stageHelp}

Equal texts have equal marks, within one output. Why a letter failed is in the log of its queue's function, at the
time it was received: .local/logs/<function>.log, or CloudWatch Logs Insights.

Exit code: 0 shown, 2 not.

Examples:
  npm run dlq -- show --queue webhook-events
  npm run dlq -- show --queue media-jobs --stage prod --limit 3
  npm run dlq -- show --queue ${streamName} --raw /tmp/batches.jsonl`,
  )
  .action((options: QueueOptions & { raw?: string }) =>
    runCommand(() => onStage(options, (stage) => show(stage, options))),
  );

withStageOptions(program.command('redrive'))
  .description(
    'Puts dead letters back into their queue, in their order. Without --execute it only counts them.',
  )
  .requiredOption('--queue <name>', `a queue of "list", or ${streamName}`)
  .option('--limit <number>', 'how many at most; by default all that are there now')
  .option('--execute', 'do it')
  .addHelpText(
    'after',
    `
${stageHelp}

Correct first what made them fail. A letter is deleted only when it is back in its queue, so Ctrl-C loses nothing, and
doing it again finds what is left; at worst one is worked twice, which changes nothing.
Batches of the stream are told again from the table, so check out the version that is deployed.
Events go to the inbox backend as they were: also those of somebody who was erased since.

${moveExitCodes}

Examples:
  npm run dlq -- redrive --queue webhook-events
  npm run dlq -- redrive --queue webhook-events --limit 1 --execute
  npm run dlq -- redrive --queue inbox-events --stage prod --execute
  npm run dlq -- redrive --queue ${streamName} --stage prod --execute`,
  )
  .action((options: QueueOptions & { execute?: boolean }) =>
    runCommand(() => onStage(options, (stage) => redrive(stage, options))),
  );

await program.parseAsync();
