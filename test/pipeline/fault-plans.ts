import { type Fault, faults } from './faults.ts';

/** Which calls of a run go wrong, and how. */
export type FaultPlan = ReadonlyMap<number, Fault>;

/** Every plan of one fault: at each of the first `calls` calls, in every way. */
export function* singleFaults(calls: number): Generator<FaultPlan> {
  for (let at = 1; at <= calls; at++) {
    for (const fault of faults) {
      yield new Map([[at, fault]]);
    }
  }
}

/**
 * Runs with no fault, with every one and, `atOnce`, with every two: at every call, in every way.
 * A fault changes what is called after it: the second is looked for up to the last call of the run with the
 * first alone, behind which it would strike nothing.
 * @param run gives the number of calls, and for the same plan always the same
 * @param most faults strike no later than at this call
 * @returns the number of calls without a fault, and of runs by how many faults they had
 */
export async function everyPlan(
  run: (plan: FaultPlan) => Promise<number>,
  atOnce: 1 | 2,
  most = Number.POSITIVE_INFINITY,
): Promise<{ calls: number; singles: number; pairs: number }> {
  const calls = Math.min(await run(new Map()), most);
  let singles = 0;
  let pairs = 0;
  for (const first of singleFaults(calls)) {
    const callsThen = Math.min(await run(first), most);
    singles++;
    const [struck = 0] = first.keys();
    for (let second = struck + 1; atOnce === 2 && second <= callsThen; second++) {
      for (const other of faults) {
        await run(new Map([...first, [second, other]]));
        pairs++;
      }
    }
  }
  return { calls, singles, pairs };
}
