import type { SetAsideObjects, StoredObject } from './set-aside-objects.port.ts';

/** Hands out the objects under some prefixes that fit, a few at a time. */
export function objectsToTake(
  objects: Pick<SetAsideObjects, 'list'>,
  prefixes: readonly string[],
  fits: (object: StoredObject) => boolean = () => true,
): (count: number) => Promise<StoredObject[]> {
  async function* all() {
    for (const prefix of prefixes) yield* objects.list(prefix);
  }
  const iterator = all();
  return async (count) => {
    const taken: StoredObject[] = [];
    while (taken.length < count) {
      const { value, done } = await iterator.next();
      if (done) break;
      if (fits(value)) taken.push(value);
    }
    return taken;
  };
}
