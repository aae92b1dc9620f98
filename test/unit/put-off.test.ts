import { describe, expect, it } from '@jest/globals';
import { deliverEventSchema } from '../../lambdas/send/deliver-event.schema.ts';
import { putOff } from '../../shared/queue/put-off.ts';

const arn = 'arn:aws:sqs:eu-west-1:000000000000:';

function record(id: string, queue: string) {
  return {
    messageId: id,
    receiptHandle: `handle of ${id}`,
    body: '{}',
    eventSourceARN: arn + queue,
    attributes: { MessageGroupId: 'lane', ApproximateReceiveCount: '1' },
  };
}

/** The queues, and what was held back in them. */
function queues(...names: string[]) {
  const held: { queue: string; handles: readonly string[]; ms: number }[] = [];
  const holdBackOf = new Map(
    names.map((queue) => [
      queue,
      {
        async delay(handles: readonly string[], ms: number) {
          held.push({ queue, handles, ms });
        },
      },
    ]),
  );
  return { held, holdBackOf };
}

describe('messages that have to come again', () => {
  const { Records } = deliverEventSchema.parse({
    Records: [record('a', 'one.fifo'), record('b', 'one.fifo'), record('c', 'two.fifo')],
  });

  it('are put off together where they wait equally long in one queue', async () => {
    const { held, holdBackOf } = queues('one.fifo', 'two.fifo');
    const again = new Map(Records.map(({ id }) => [id, 4000]));
    await putOff(Records, again, holdBackOf);
    expect(held).toEqual([
      { queue: 'one.fifo', handles: ['handle of a', 'handle of b'], ms: 4000 },
      { queue: 'two.fifo', handles: ['handle of c'], ms: 4000 },
    ]);
  });

  it('are put off each for its own time, and those that are done not at all', async () => {
    const { held, holdBackOf } = queues('one.fifo', 'two.fifo');
    await putOff(Records, new Map(Object.entries({ b: 1000, c: 60_000 })), holdBackOf);
    expect(held).toEqual([
      { queue: 'one.fifo', handles: ['handle of b'], ms: 1000 },
      { queue: 'two.fifo', handles: ['handle of c'], ms: 60_000 },
    ]);
  });

  it('fails where a queue refuses some, after all were tried', async () => {
    const { held, holdBackOf } = queues('two.fifo');
    const refusing = new Map([
      ...holdBackOf,
      ['one.fifo', { delay: () => Promise.reject(new Error('refused')) }] as const,
    ]);
    const again = new Map(Records.map(({ id }) => [id, 4000]));
    await expect(putOff(Records, again, refusing)).rejects.toThrow('refused');
    expect(held).toHaveLength(1);
  });
});
