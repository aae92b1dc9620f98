import { percentile, rounded } from './statistics.ts';

/** In ms. Long enough to be counted, short enough that a disturbance hits all tasks alike. */
const turnMs = 10;

/** After so many turns the compiler has settled. */
const warmUpRounds = 15;

/**
 * Measures tasks turn by turn in one process. CPU time of all threads, garbage collection with it: another
 * process may have the core meanwhile.
 * @returns for each task, in order, what a call took in each round, in microseconds
 */
export async function interleaved(
  tasks: readonly (() => unknown)[],
  rounds = 41,
): Promise<number[][]> {
  const turns = tasks.map((task): { task: () => unknown; calls: number; times: number[] } => ({
    ...{ task, calls: 1, times: [] },
  }));
  for (let round = -warmUpRounds; round < rounds; round++) {
    for (const turn of turns) {
      const ms = await cpuMs(turn.task, turn.calls);
      if (round >= 0) {
        turn.times.push((ms * 1000) / turn.calls);
      } else {
        turn.calls = Math.ceil((turn.calls * turnMs) / Math.max(ms, turnMs / 100));
      }
    }
  }
  return turns.map(({ times }) => times);
}

async function cpuMs(task: () => unknown, calls: number): Promise<number> {
  const start = process.cpuUsage();
  for (let call = 0; call < calls; call++) {
    const result = task();
    // Only promises: waiting for nothing takes as long as a small task.
    if (result instanceof Promise) await result;
  }
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
}

/** The median, as a row has it. */
export function median(times: readonly number[], digits = 1): number {
  return rounded(percentile(times, 50), digits);
}

/** The first and the third quartile. */
export function quartiles(times: readonly number[]): string {
  return `${rounded(percentile(times, 25))}-${rounded(percentile(times, 75))}`;
}

/** The median of ratios round by round: a core that is slower for a while is so for both. */
export function ratio(times: readonly number[], others: readonly number[]): number {
  return median(
    times.map((time, round) => time / (others[round] ?? Number.NaN)),
    2,
  );
}
