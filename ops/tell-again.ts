import type { ItemImage } from '../lambdas/inbox/events-of-change.ts';
import { type ItemChange, type PublishPorts, publishChanges } from '../lambdas/inbox/publish.ts';

/** What telling of items again needs from outside. */
export interface TellPorts extends PublishPorts {
  /** An item's strings as they are now. Consistent. */
  readItem(pk: string, sk: string): Promise<ItemImage | undefined>;
}

/**
 * Publishes what changed in items, as `publish` would have done, but with the items as they are now: what
 * was erased meanwhile is not told, and what came after it is told once more, under the same event ids.
 * @throws where something of it may not be published
 */
export async function tellAgain(changes: readonly ItemChange[], ports: TellPorts): Promise<void> {
  const keyOf = ({ after: { pk = '', sk = '' } }: ItemChange) => JSON.stringify([pk, sk]);
  const firstOfEach = [...Map.groupBy(changes, keyOf).values()].flatMap((group) =>
    group.slice(0, 1),
  );
  const current = await Promise.all(
    firstOfEach.map(async (change) => {
      const after = await ports.readItem(change.after['pk'] ?? '', change.after['sk'] ?? '');
      return after ? [{ ...change, after }] : [];
    }),
  );
  const { retryFrom, failure } = await publishChanges(current.flat(), ports);
  if (retryFrom !== undefined) {
    throw failure ?? new Error('A queue of events or jobs does not take them now');
  }
}
