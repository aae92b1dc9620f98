import { type AwsSite, type BootedTraffic, bootTraffic } from './booted-traffic.ts';
import { functionProcesses } from './process-figures.ts';
import type { Step } from './step.ts';

/** Ways in which a call of AWS fails: all but the last once, and that again and again. */
const ways = ['throttle', 'unavailable', 'timeout', 'dropAnswer', 'accessDenied'] as const;

type FaultKind = (typeof ways)[number];

/** Meta's side of the same, at the address that messages are sent to. */
const metaKinds = ['html-502', 'timeout-before', 'timeout-after', 'reset-before', 'reset-after'];

/** Enough for every function that the traffic reaches: the voice note is the sixth. */
const rounds = 6;

/** How often running a call is denied: Lambda gives up an event of EventBridge after the third time. */
const denials = 2;

/** Longer than a queue hides what has failed, in s. */
const settleSeconds = 400;

/** Every function's every call of AWS fails: once in each way, and then again and again. */
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
        onProgress(index, kinds.length);
        // A fault may lead to calls that nothing else leads to.
        for (const sites of goes(error, await traffic.awsCalls())) {
          const { found, failed } = await strike(traffic, error, sites);
          struck += failed;
          wanted += sites.length;
          violations.push(...found.map((line) => `after ${error}: ${line}`));
        }
      }
      onProgress(kinds.length, kinds.length);
      return {
        counted: `${struck} of ${wanted} calls failed, in ${kinds.length} ways, ${traffic.counted()}`,
        violations,
      };
    } finally {
      await traffic.stop();
    }
  },
};

/** Which calls fail together: all, or one of each function where no client tries a call again by itself. */
function goes(error: FaultKind, sites: readonly AwsSite[]): AwsSite[][] {
  const seen = new Map<string, number>();
  const byGo = Map.groupBy(sites, ({ function: caller }) => {
    const before = seen.get(caller) ?? 0;
    seen.set(caller, before + 1);
    return error === 'accessDenied' ? before : 0;
  });
  return [...byGo.values()];
}

/** Lets calls fail in one way. @returns how many were made and failed, and what then did not hold */
async function strike(traffic: BootedTraffic, error: FaultKind, sites: readonly AwsSite[]) {
  const count = error === 'accessDenied' ? denials : 1;
  for (const { function: caller, service, action } of sites) {
    await traffic.fail({ function: caller, service, action, error, count });
  }
  for (const kind of error === 'accessDenied' ? [] : metaKinds) await traffic.failMeta(kind);
  // As Lambda does: who starts anew asks for secrets, keys and routes once more.
  for (const { pid } of functionProcesses()) process.kill(pid, 'SIGKILL');
  await repeat(rounds, traffic.round);
  const found = await traffic.settled(settleSeconds);
  const untouched = (await traffic.heal()).filter((fault) => fault.count === count);
  return { failed: sites.length - untouched.length, found };
}

async function repeat(times: number, work: () => Promise<void>): Promise<void> {
  for (let time = 0; time < times; time++) await work();
}
