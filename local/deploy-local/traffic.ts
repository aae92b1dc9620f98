import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import { parseJson } from '../../shared/json.ts';
import type { AwsClient } from '../aws-client.ts';
import { customerOf } from '../meta/customer.ts';
import { seed } from '../meta/demo.ts';
import { inboundMessage, messagesChange } from '../meta/messages.ts';
import { demo } from '../meta/organisations.ts';
import { createWebhookSender, webhookBody } from '../meta/webhook.ts';

/** Posted at once. */
const concurrency = 5;
const postMs = 60_000;
const eventsMs = 60_000;

const receivedSchema = z.object({
  Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]),
});
const eventSchema = z.object({ message: z.object({ id: z.string() }) });

/** A deployed stage. */
export interface Stage {
  /** The outputs of its stacks by name. */
  outputs: Record<string, string>;
  awsCall: AwsClient;
}

/** How far signed webhooks came. */
export interface Passage {
  /** Answered 200. */
  accepted: number;
  /** Their events in the inbox queue, each once. */
  received: number;
  /** The slowest answer of all, in ms. */
  slowestMs: number;
}

/** Puts an app's secret into a stage and connects the demo organisation. @returns the secret */
export async function connectDemo({ outputs, awsCall }: Stage): Promise<string> {
  const appSecret = randomBytes(16).toString('hex');
  await awsCall('secretsmanager', 'PutSecretValue', {
    SecretId: outputs['AppSecretArn'],
    SecretString: JSON.stringify({ appSecrets: [appSecret], verifyTokens: [appSecret] }),
  });
  await seed({ outputs, awsCall }, demo);
  return appSecret;
}

/**
 * Posts signed texts, one a webhook, as Meta does, and then receives and deletes their events.
 * @param url the webhook's own address, where it can be reached from here
 */
export async function passTexts(
  stage: Stage,
  { url, appSecret, count }: { url: string; appSecret: string; count: number },
): Promise<Passage> {
  const sender = createWebhookSender(url, appSecret);
  const ids = new Set<string>();
  const attempts: { status: number | null; durationMs: number }[] = [];
  const numbers = Array.from({ length: count }, (_, index) => index).values();
  const until = Date.now() + postMs;
  const postAll = async () => {
    for (const number of numbers) {
      if (Date.now() > until) break;
      const customer = customerOf({ from: String(966_500_001_000 + number) });
      const content = { type: 'text', text: { body: `Text ${number + 1}` } };
      const message = inboundMessage(customer, content);
      ids.add(message.id);
      const change = messagesChange(demo.business, customer, [message]);
      const { attempts: made } = await sender.deliver(webhookBody(demo.business.wabaId, [change]));
      attempts.push(...made);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, postAll));
  sender.stop();
  return {
    accepted: attempts.filter(({ status }) => status === 200).length,
    received: await receiveEvents(stage, ids),
    slowestMs: Math.max(...attempts.map(({ durationMs }) => durationMs)),
  };
}

/** @returns how many of the messages came out, before none had come for a minute */
async function receiveEvents({ outputs, awsCall }: Stage, ids: Set<string>): Promise<number> {
  const QueueUrl = outputs['InboxEventsQueueUrl'];
  const missing = new Set(ids);
  let until = Date.now() + eventsMs;
  while (missing.size > 0 && Date.now() < until) {
    const answer = await awsCall('sqs', 'ReceiveMessage', {
      ...{ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 },
    });
    for (const { Body, ReceiptHandle } of receivedSchema.parse(answer).Messages) {
      const json = parseJson(Body);
      const { data: event } = eventSchema.safeParse(json.ok ? json.value : undefined);
      if (event && missing.delete(event.message.id)) until = Date.now() + eventsMs;
      await awsCall('sqs', 'DeleteMessage', { QueueUrl, ReceiptHandle });
    }
  }
  return ids.size - missing.size;
}
