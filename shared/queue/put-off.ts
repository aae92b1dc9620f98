import type { HoldBack } from './hold-back.port.ts';

/** A message that was received from one of several queues. */
export interface QueueRecord {
  id: string;
  receiptHandle: string;
  queueArn: string;
}

/**
 * Puts messages off in the queues that they came from.
 * @param again by the id of each message that has to come again, in how many ms
 * @param holdBackOf of a queue, by its name
 */
export async function putOff(
  records: readonly QueueRecord[],
  again: ReadonlyMap<string, number>,
  holdBackOf: ReadonlyMap<string, HoldBack>,
): Promise<void> {
  const late = records.flatMap(({ id, receiptHandle, queueArn }) => {
    const waitMs = again.get(id);
    return waitMs === undefined ? [] : [{ receiptHandle, queueArn, waitMs }];
  });
  const groups = Map.groupBy(late, ({ queueArn, waitMs }) => `${waitMs} ${queueArn}`);
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const [{ queueArn, waitMs } = { queueArn: '', waitMs: 0 }] = group;
      const handles = group.map(({ receiptHandle }) => receiptHandle);
      await holdBackOf.get(queueArn.split(':').at(-1) ?? '')?.delay(handles, waitMs);
    }),
  );
}
