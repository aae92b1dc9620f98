import { setTimeout as delay } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SingleBar } from 'cli-progress';
import { Command } from 'commander';
import { webhookQueueInSqs } from '../lambdas/ingest/webhook-queue.sqs.ts';
import { routesInDynamoDb } from '../shared/routing/route.dynamodb.ts';
import { awsClientConfig, backgroundBudget } from '../shared/runtime/aws-client.ts';
import { runCommand } from './command-error.ts';
import {
  type DeployedStage,
  onStage,
  queueNamed,
  type StageOptions,
  stageHelp,
  withStageOptions,
} from './deployed-stage.ts';
import { archivedObjects, type ReplayPorts, replay, stillGathered } from './replay-archive.ts';
import { type ReplayRequest, readReplayOptions } from './replay-options.ts';
import { setAsideObjectsInS3 } from './set-aside-objects.s3.ts';

function portsOf(stage: DeployedStage, signal: AbortSignal): ReplayPorts {
  const client = new DynamoDBClient(awsClientConfig(backgroundBudget));
  return {
    objects: setAsideObjectsInS3(stage.rawBucket),
    routes: routesInDynamoDb(client, stage.tableName),
    queue: webhookQueueInSqs(queueNamed(stage, 'webhook-events').url),
    now: () => new Date(),
    pause: (ms) => delay(ms, undefined, { signal }).catch(() => undefined),
  };
}

/** @returns an exit code */
async function run(
  stage: DeployedStage,
  { choice, rate, execute }: ReplayRequest,
): Promise<number> {
  const stopping = new AbortController();
  const ports = portsOf(stage, stopping.signal);
  const period = `--from ${choice.from.toISOString()} --to ${choice.to.toISOString()}`;
  console.log(`Archive ${period}`);
  const gathered = stillGathered(choice, ports.now());
  const keys = await archivedObjects(choice, ports);

  const stop = () => {
    console.error('\nEnding with those that are under way.');
    stopping.abort();
  };
  process.once('SIGINT', stop);
  const bar = new SingleBar({ format: '{bar} {value}/{total} objects', noTTYOutput: false });
  bar.start(keys.length, 0);
  const { queued, kept, resumeFrom, failure } = await replay(keys, choice, ports, {
    ...{ execute, rate, signal: stopping.signal },
    onProgress: (objects) => bar.update(objects),
  }).finally(() => {
    bar.stop();
    process.off('SIGINT', stop);
  });

  console.log(
    `Messages ${execute ? 'queued' : 'to queue'} again: ${queued}, of ${keys.length} objects.`,
  );
  for (const [reason, count] of kept) {
    console.log(`Left out: ${count} ${reason}.`);
  }
  if (gathered) {
    const { since, readyAt } = gathered;
    console.log(
      `What was worked since ${since.toISOString()} may not be in the archive yet: do it again after ${readyAt.toISOString()}, with --from ${since.toISOString()}`,
    );
  }
  if (resumeFrom) {
    console.log(
      `Not at its end. Go on with the same options, and --from ${resumeFrom.toISOString()} --to ${choice.to.toISOString()}`,
    );
  } else if (!execute && queued > 0) {
    console.log('Nothing is queued without --execute.');
  }
  if (failure !== undefined) {
    throw failure;
  }
  return resumeFrom ? 130 : 0;
}

await withStageOptions(new Command('npm run replay --'))
  .description(
    'Queues webhooks of the raw archive again, to be worked as if they came now. Without --execute it only counts them.',
  )
  .option(
    '--from <time>',
    'when they were worked, UTC: 2026-11-22T10:00:00Z, or a day; by default a day before --to',
  )
  .option('--to <time>', 'the end of that time, which is not in it; by default now')
  .option('--organization <id>', 'only what belongs to this organisation now')
  .option('--number <id>', 'only what came for this phone number id')
  .option('--message <wamid>', 'only what names this message')
  .option('--rate <number>', 'messages queued in a second', '100')
  .option('--dry-run', 'queue nothing: the default')
  .option('--execute', 'do it')
  .addHelpText(
    'after',
    `
${stageHelp}

The archive has every verified webhook under the time at which normalise was done with it: seconds after it came, or
later after an outage. It is there six minutes after that time: what is missing yet is said at the end.

What was stored then is known again and tells nothing; what was not, because it was not understood or written badly, is
told now. To have events told once more that were told already: POST /whatsapp-republish.
What nobody has connected now, and people who were erased, stay out.

Ctrl-C ends it and says where to go on. Doing it twice harms nothing.
Exit code: 0 everything is queued, or would be, 2 stopped, 130 interrupted (Ctrl-C).

Examples:
  npm run replay -- --dry-run
  npm run replay -- --from 2026-11-22T10:00:00Z --to 2026-11-22T11:00:00Z --execute
  npm run replay -- --from 2026-11-20 --organization acme --stage prod --execute
  npm run replay -- --message wamid.HBgM... --stage prod`,
  )
  .action((options: StageOptions) =>
    runCommand(async () => {
      const request = readReplayOptions(options, new Date());
      return onStage(options, (stage) => run(stage, request));
    }),
  )
  .parseAsync();
