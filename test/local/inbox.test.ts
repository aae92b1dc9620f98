import { expect, it } from '@jest/globals';
import * as z from 'zod';
import { createInbox } from '../../local/inbox.ts';

const QueueUrl = 'http://127.0.0.1/inbox-events.fifo';
const eventsSchema = z.array(z.object({ n: z.number(), event: z.unknown() }));

/** An inbox that has been sent `events`, each under an id of its own. */
function inboxOf(events: number) {
  const inbox = createInbox([QueueUrl], new AbortController().signal);
  const send = (number: number) =>
    inbox.onSent(
      JSON.stringify({ QueueUrl, MessageBody: JSON.stringify({ number }) }),
      JSON.stringify({ MessageId: `id-${number}` }),
    );
  for (let number = 1; number <= events; number++) {
    send(number);
  }
  const read = async (after: number) => {
    const query = new URLSearchParams({ after: String(after) });
    const { body } = await inbox.route.handle({ query, body: undefined });
    return eventsSchema.parse(body);
  };
  return { send, read };
}

it('keeps the last 10,000 events under their numbers', async () => {
  const { read } = inboxOf(10_003);
  const kept = await read(0);
  expect(kept).toHaveLength(10_000);
  expect(kept[0]).toEqual({ n: 4, event: { number: 4 } });
  expect(await read(10_002)).toEqual([{ n: 10_003, event: { number: 10_003 } }]);
});

it('counts what SQS drops as a repeat once', async () => {
  const { read, send } = inboxOf(3);
  send(2);
  expect(await read(0)).toHaveLength(3);
});
