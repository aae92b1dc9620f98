import type { SetAside } from './set-aside.port.ts';

/** How far moving has come. */
export interface Moved {
  moved: number;
  /** How many stay for which reason. */
  kept: Map<string, number>;
  /** Why it has ended early, where it has. */
  failure?: unknown;
}

/** How much is moved, and who is told. */
export interface MoveOptions {
  limit: number;
  /** Ends it after the things that it is at. */
  signal: AbortSignal;
  onProgress(soFar: Moved): void;
}

/** As many as SQS hands out at once. Source: SQS API Reference, ReceiveMessage. */
const handful = 10;

/**
 * Puts things back where they came from, each in its order, and takes away only what is there for sure: a
 * crash at any moment loses nothing, and doing it again finds what is left. Ends at the first failure.
 */
export async function moveBack<Thing>(
  place: SetAside<Thing>,
  { limit, signal, onProgress }: MoveOptions,
): Promise<Moved> {
  const result: Moved = { moved: 0, kept: new Map() };
  let taken = 0;
  while (taken < limit && !signal.aborted && result.failure === undefined) {
    const things = await place.take(Math.min(handful, limit - taken));
    if (things.length === 0) break;
    taken += things.length;
    const left = new Set(things);
    const groups = Map.groupBy(things, (thing) => place.orderOf(thing));
    await Promise.all([...groups.values()].map((group) => moveGroup(group, left)));
    await place.release([...left]);
    onProgress(result);
  }
  return result;

  async function moveGroup(group: readonly Thing[], left: Set<Thing>): Promise<void> {
    try {
      for (const thing of group) {
        const reason = await place.sendBack(thing);
        if (reason === undefined) {
          await place.remove(thing);
          left.delete(thing);
          result.moved++;
        } else {
          result.kept.set(reason, (result.kept.get(reason) ?? 0) + 1);
        }
      }
    } catch (error) {
      // What follows in the group must not overtake it.
      result.failure ??= error;
    }
  }
}
