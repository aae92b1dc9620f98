import { SingleBar } from 'cli-progress';
import { moveBack } from './move-back.ts';
import type { SetAside } from './set-aside.port.ts';

/** The codes that a command ends with which moves things. */
export const moveExitCodes =
  'Exit code: 0 everything is done, 1 something stays where it is, 2 stopped, 130 interrupted (Ctrl-C).';

/**
 * Moves things back, with a progress bar on a terminal. Ctrl-C ends it after those that it is at.
 * @param options.verb what is done with them: `sent back`
 * @returns an exit code: see `moveExitCodes`
 * @throws what has stopped it, after having said how far it came
 */
export async function runMove<Thing>(
  place: SetAside<Thing>,
  { total, verb }: { total: number; verb: string },
): Promise<number> {
  const stopping = new AbortController();
  const stop = () => {
    console.error('\nEnding with those that are under way. Nothing is lost.');
    stopping.abort();
  };
  process.once('SIGINT', stop);
  const bar = new SingleBar({ format: '{bar} {value}/{total}', gracefulExit: false });
  bar.start(total, 0);
  const { moved, kept, failure } = await moveBack(place, {
    limit: total,
    signal: stopping.signal,
    onProgress: (soFar) => bar.update(soFar.moved),
  }).finally(() => {
    bar.stop();
    process.off('SIGINT', stop);
  });
  console.log(`${moved} ${verb}.`);
  for (const [reason, count] of kept) {
    console.log(`${count} not: ${reason}.`);
  }
  if (failure !== undefined) {
    throw failure;
  }
  if (stopping.signal.aborted) {
    return 130;
  }
  return kept.size > 0 ? 1 : 0;
}
