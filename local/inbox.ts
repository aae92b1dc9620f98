import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { AwsClient } from './aws-client.ts';
import type { LocalRoute } from './routes.ts';

const receivedSchema = z.object({
  Messages: z.array(z.object({ Body: z.string(), ReceiptHandle: z.string() })).default([]),
});

const querySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().min(0).max(60).default(0),
});

/**
 * GET `/_local/events?after=N&wait=S`: what a consumer of the queues receives, as `[{n, event}]` with n
 * counting from 1; where there is nothing after N it waits up to S seconds. The consumer starts with the
 * first such request, so that somebody else's finds the queues untouched.
 */
export function createInboxRoute(
  queueUrls: readonly string[],
  aws: AwsClient,
  signal: AbortSignal,
): LocalRoute {
  const events: { n: number; event: unknown }[] = [];
  let arrival = Promise.withResolvers<void>();
  let consuming = false;

  async function consume(queueUrl: string): Promise<void> {
    while (!signal.aborted) {
      try {
        const input = { QueueUrl: queueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 20 };
        const { Messages } = receivedSchema.parse(
          await aws('sqs', 'ReceiveMessage', input, signal),
        );
        for (const { Body, ReceiptHandle } of Messages) {
          events.push({ n: events.length + 1, event: parsed(Body) });
          await aws('sqs', 'DeleteMessage', { QueueUrl: queueUrl, ReceiptHandle }, signal);
        }
        arrival.resolve();
        arrival = Promise.withResolvers();
      } catch {
        await delay(200);
      }
    }
  }

  return {
    method: 'GET',
    path: '/_local/events',
    handle: async ({ query }) => {
      const { data, error } = querySchema.safeParse(Object.fromEntries(query));
      if (!data) return { status: 400, body: { problems: z.prettifyError(error) } };
      if (!consuming) for (const queueUrl of queueUrls) void consume(queueUrl);
      consuming = true;
      const until = Date.now() + data.wait * 1000;
      while (events.length <= data.after && Date.now() < until && !signal.aborted) {
        await Promise.race([arrival.promise, delay(until - Date.now(), undefined, { ref: false })]);
      }
      return { status: 200, body: events.slice(data.after) };
    },
  };
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
