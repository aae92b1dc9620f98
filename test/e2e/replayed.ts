import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { bufferMs } from '../../local/engines/firehose.ts';
import type { LocalStack } from '../../local/stack.ts';
import { type Ended, startCommand } from '../ops/run-command.ts';

const depthSchema = z.object({ Attributes: z.record(z.string(), z.coerce.number()) });

/** Waits until everything in `webhook-events` is worked. */
export async function queueWorked({ resources, awsCall }: LocalStack): Promise<void> {
  const queue = resources.find(({ LogicalResourceId }) =>
    LogicalResourceId.startsWith('WebhookEventsQueue'),
  );
  const asked = {
    QueueUrl: queue?.PhysicalResourceId,
    AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
  };
  for (const deadline = Date.now() + 20_000; ; await delay(50)) {
    const { Attributes } = depthSchema.parse(await awsCall('sqs', 'GetQueueAttributes', asked));
    if (Object.values(Attributes).every((depth) => depth === 0)) return;
    if (Date.now() > deadline) throw new Error(`Not worked: ${JSON.stringify(Attributes)}`);
  }
}

/** Has the archive's last day, or what is meant of it, worked once more, to its end. */
export async function replayed(stack: LocalStack, ...meant: string[]): Promise<Ended> {
  await queueWorked(stack);
  // Until what is archived is also written.
  await delay(2 * bufferMs);
  const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-replay-'));
  const file = path.join(directory, 'stack.json');
  const { awsEndpoint, region, resources } = stack;
  writeFileSync(file, JSON.stringify({ awsEndpoint, region, resources }));
  const options = ['--execute', '--rate', '1000', ...meant];
  const ended = await startCommand('ops/replay.ts', options, {
    env: { WHATSAPP_LOCAL_RUN: file },
  }).ended;
  rmSync(directory, { recursive: true });
  await queueWorked(stack);
  return ended;
}
