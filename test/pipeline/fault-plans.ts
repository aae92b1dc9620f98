import { type Fault, faults } from './faults.ts';
import { isThorough } from './runs.ts';

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
 * Runs with no fault, with every one and, `atOnce`, with two: at every call, in every way.
 * A fault changes what is called after it: the second is looked for up to the last call of the run with the
 * first alone, behind which it would strike nothing.
 * @param run gives the number of calls, and for the same plan always the same
 * @param most faults strike no later than at this call
 * @param pairsApart of the pairs every so-manieth is run, where `npm run verify` does not run all. No multiple of a
 *   divisor of how many ways there are, so that each comes round.
 * @returns the number of calls without a fault, of plans of one fault and of pairs that there are
 */
export async function everyPlan(
  run: (plan: FaultPlan) => Promise<number>,
  atOnce: 1 | 2,
  { most = Number.POSITIVE_INFINITY, pairsApart = 3 } = {},
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
        if (isThorough || pairs % pairsApart === 0) {
          await run(new Map([...first, [second, other]]));
        }
        pairs++;
      }
    }
  }
  return { calls, singles, pairs };
}
