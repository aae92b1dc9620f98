import { setTimeout as delay } from 'node:timers/promises';
import { type BootedTraffic, bootTraffic } from './booted-traffic.ts';
import { functionProcesses } from './process-figures.ts';
import type { Step } from './step.ts';

/** Ways in which a call of AWS fails: all but the last once. */
const ways = ['throttle', 'unavailable', 'timeout', 'dropAnswer', 'accessDenied'] as const;

type FaultKind = (typeof ways)[number];

/** Meta's side of the same, at the address that messages are sent to. */
const metaKinds = ['html-502', 'timeout-before', 'timeout-after', 'reset-before', 'reset-after'];

/** Enough for every function that the traffic reaches: the voice note is the sixth. */
const rounds = 6;

/** How long access is denied, in ms: less than sends a message to the dead letters. */
const deniedMs = 5000;

/** Longer than a queue hides what has failed, in s. */
const settleSeconds = 400;

/** Every function's every call of AWS fails: once in each way, and then for good until it is put right. */
export const wireFaults: Step = {
  name: 'faults',
  proves: 'each AWS call of each function fails once in each way, and is denied for a while',
  async run({ quick, signal, onProgress }) {
    const traffic = await bootTraffic(signal);
    const violations: string[] = [];
    const kinds: readonly FaultKind[] = quick ? ['dropAnswer'] : ways;
    try {
      await repeat(rounds, traffic.round);
      violations.push(...(await traffic.settled(settleSeconds)));
      let struck = 0;
      let wanted = 0;
      for (const [index, error] of kinds.entries()) {
        onProgress(index + 1, kinds.length + 1);
        const result = await strike(traffic, error);
        struck += result.struck;
        wanted += result.wanted;
        violations.push(...result.found.map((line) => `after ${error}: ${line}`));
      }
      return {
        counted: `${struck} of ${wanted} calls failed, in ${kinds.length} ways, ${traffic.counted()}`,
        violations,
      };
    } finally {
      await traffic.stop();
    }
  },
};

/**
 * Lets every call that any function has made so far fail in one way.
 * @returns how many there were, how many of them were made again and failed, and what then did not hold
 */
async function strike(traffic: BootedTraffic, error: FaultKind) {
  const sites = await traffic.awsCalls();
  const isDenied = error === 'accessDenied';
  const count = isDenied ? Number.MAX_SAFE_INTEGER : 1;
  for (const { function: caller, service, action } of sites) {
    await traffic.fail({ function: caller, service, action, error, count });
  }
  for (const kind of isDenied ? [] : metaKinds) await traffic.failMeta(kind);
  // As Lambda does: who starts anew asks for secrets, keys and routes once more.
  for (const { pid } of functionProcesses()) process.kill(pid, 'SIGKILL');
  const denied = isDenied ? delay(deniedMs).then(traffic.heal) : undefined;
  await repeat(rounds, traffic.round);
  const early = await denied;
  const found = await traffic.settled(settleSeconds);
  const untouched = (early ?? (await traffic.heal())).filter((fault) => fault.count === count);
  return { wanted: sites.length, struck: sites.length - untouched.length, found };
}

async function repeat(times: number, work: () => Promise<void>): Promise<void> {
  for (let time = 0; time < times; time++) await work();
}
