import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { moveBack } from '../../ops/move-back.ts';
import type { SetAside } from '../../ops/set-aside.port.ts';

interface Letter {
  group: number;
  number: number;
}

class Crash extends Error {}

/** A dead-letter queue and the queue that it is of. `step` comes before and after whatever changes them. */
function queuePair(letters: readonly Letter[]) {
  const dead = new Set(letters);
  const queue: Letter[] = [];
  const taken = new Set<Letter>();
  let step = () => {};
  const change = async (doIt: () => void) => {
    step();
    doIt();
    step();
  };
  const place: SetAside<Letter> = {
    async take(count) {
      step();
      const free = [...dead].filter((letter) => !taken.has(letter)).slice(0, count);
      for (const letter of free) taken.add(letter);
      return free;
    },
    orderOf: ({ group }) => String(group),
    async sendBack(letter) {
      await change(() => queue.push(letter));
      return undefined;
    },
    remove: (letter) => change(() => dead.delete(letter)),
    release: (left) => change(() => left.map((letter) => taken.delete(letter))),
  };
  return {
    ...{ place, dead, queue },
    /** Everything that was taken comes back by itself, and the world goes on. */
    recover(next: () => void) {
      taken.clear();
      step = next;
    },
  };
}

const letters = fc
  .array(fc.nat(3), { maxLength: 35 })
  .map((groups) => groups.map((group, number): Letter => ({ group, number })));
const forever = { signal: new AbortController().signal, onProgress: () => {} };

/** The first arrivals of each group. */
function arrivals(queue: readonly Letter[]): Letter[][] {
  return [...Map.groupBy(new Set(queue), ({ group }) => group).values()];
}

it('loses nothing and keeps the order of groups, whenever it crashes, and ends with the next run', async () => {
  await fc.assert(
    fc.asyncProperty(letters, fc.array(fc.integer({ min: 1, max: 60 })), async (all, crashes) => {
      const { place, dead, queue, recover } = queuePair(all);
      for (const crash of crashes) {
        let steps = 0;
        recover(() => {
          steps++;
          if (steps >= crash) throw new Crash();
        });
        await moveBack(place, { ...forever, limit: 35 }).catch((error: unknown) => {
          if (!(error instanceof Crash)) throw error;
        });
        expect(new Set([...dead, ...queue])).toEqual(new Set(all));
      }
      recover(() => {});
      const { kept, failure } = await moveBack(place, { ...forever, limit: 35 });
      expect({ dead: dead.size, kept: kept.size, failure }).toEqual({ dead: 0, kept: 0 });
      for (const group of arrivals(queue)) {
        expect(group).toEqual(group.toSorted((one, other) => one.number - other.number));
      }
      if (crashes.length === 0) expect(queue).toHaveLength(all.length);
    }),
    { numRuns: 200 },
  );
});

it('ends at a signal with what it is at, and goes no further than its limit', async () => {
  const all = Array.from({ length: 35 }, (_, number) => ({ group: number, number }));
  const { place, dead, queue } = queuePair(all);
  const stopping = new AbortController();
  const first = await moveBack(place, {
    ...{ limit: 35, signal: stopping.signal },
    onProgress: () => stopping.abort(),
  });
  expect([first.moved, queue.length, dead.size]).toEqual([10, 10, 25]);
  const second = await moveBack(place, { ...forever, limit: 12 });
  expect([second.moved, queue.length, dead.size]).toEqual([12, 22, 13]);
});

it('says why something stays, and goes on with the rest', async () => {
  const { place, dead } = queuePair([0, 1, 2].map((number) => ({ group: 0, number })));
  const picky = {
    ...place,
    sendBack: async (letter: Letter) =>
      letter.number === 1 ? 'nobody wants it' : place.sendBack(letter),
  };
  const result = await moveBack(picky, { ...forever, limit: 3 });
  expect(result).toEqual({ moved: 2, kept: new Map([['nobody wants it', 1]]) });
  expect([...dead]).toEqual([{ group: 0, number: 1 }]);
});
