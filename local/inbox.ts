import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import type { LocalRoute } from './routes.ts';

/** What was put into the inbox's queues. */
export interface LocalInbox {
  /**
   * GET `/_local/events?after=N&wait=S`: the last 10,000 events that were put into the queues, as `[{n, event}]`
   * with n counting from 1; where there is nothing after N it waits up to S seconds.
   */
  route: LocalRoute;
  /** Takes note of a request that SQS has taken. */
  onSent(request: string, answer: string): void;
}

const requestSchema = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string().optional(),
  Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })).default([]),
});

const answerSchema = z.object({
  MessageId: z.string().optional(),
  Successful: z.array(z.object({ Id: z.string(), MessageId: z.string() })).default([]),
});

const querySchema = z.object({
  after: z.coerce.number().int().min(0).default(0),
  wait: z.coerce.number().min(0).max(60).default(0),
});

/** A stack that runs for days does not grow with all that it was told. */
const mostKept = 10_000;

/** Watches what goes into the queues and receives nothing from them: a backend gets all of it. */
export function createInbox(queueUrls: readonly string[], signal: AbortSignal): LocalInbox {
  /** By SQS's id of the message: a repeat that it drops is answered with the id of the first. Oldest first. */
  const kept = new Map<string, { n: number; event: unknown }>();
  let count = 0;
  let arrival = Promise.withResolvers<void>();

  function add(messageId: string, body: string): void {
    if (kept.has(messageId)) return;
    kept.set(messageId, { n: ++count, event: parsed(body) });
    const [oldest] = kept.keys();
    if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
  }

  return {
    onSent(request, answer) {
      const { QueueUrl, MessageBody, Entries } = requestSchema.parse(parsed(request));
      if (!queueUrls.includes(QueueUrl)) return;
      const { MessageId, Successful } = answerSchema.parse(parsed(answer));
      if (MessageId !== undefined && MessageBody !== undefined) add(MessageId, MessageBody);
      const ids = new Map(Successful.map((taken) => [taken.Id, taken.MessageId]));
      for (const { Id, MessageBody } of Entries) {
        const id = ids.get(Id);
        if (id !== undefined) add(id, MessageBody);
      }
      arrival.resolve();
      arrival = Promise.withResolvers();
    },
    route: {
      method: 'GET',
      path: '/_local/events',
      handle: async ({ query }) => {
        const { data, error } = querySchema.safeParse(Object.fromEntries(query));
        if (!data) return { status: 400, body: { problems: z.prettifyError(error) } };
        const until = Date.now() + data.wait * 1000;
        while (count <= data.after && Date.now() < until && !signal.aborted) {
          const timeout = delay(until - Date.now(), undefined, { ref: false });
          await Promise.race([arrival.promise, timeout]);
        }
        return { status: 200, body: [...kept.values()].filter(({ n }) => n > data.after) };
      },
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
