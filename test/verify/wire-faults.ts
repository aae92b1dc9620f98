import { setTimeout as delay } from 'node:timers/promises';
import { type AwsSite, type BootedTraffic, bootTraffic } from './booted-traffic.ts';
import type { Step } from './step.ts';

/** Ways in which a call of AWS fails once. */
const once = ['throttle', 'unavailable', 'timeout', 'dropAnswer'] as const;

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
  async run({ quick, onProgress }) {
    const traffic = await bootTraffic();
    const violations: string[] = [];
    const kinds = quick
      ? (['throttle', 'dropAnswer'] as const)
      : [...once, 'accessDenied' as const];
    try {
      await repeat(rounds, traffic.round);
      violations.push(...(await traffic.settled(settleSeconds)));
      let sites: readonly AwsSite[] = await traffic.awsCalls();
      for (const [index, error] of kinds.entries()) {
        onProgress(index + 1, kinds.length + 1);
        // A fault may lead to calls that nothing else leads to.
        sites = await traffic.awsCalls();
        await (error === 'accessDenied' ? deny(traffic, sites) : failOnce(traffic, sites, error));
        const found = await traffic.settled(settleSeconds);
        violations.push(...found.map((line) => `after ${error}: ${line}`));
      }
      return {
        counted: `${sites.length} calls of functions x ${kinds.length} faults, ${traffic.counted()}`,
        violations,
      };
    } finally {
      await traffic.stop();
    }
  },
};

async function failOnce(
  traffic: BootedTraffic,
  sites: readonly AwsSite[],
  error: (typeof once)[number],
): Promise<void> {
  for (const { function: caller, service, action } of sites) {
    await traffic.fail({ function: caller, service, action, error });
  }
  for (const kind of metaKinds) await traffic.failMeta(kind);
  await repeat(rounds, traffic.round);
  await traffic.heal();
}

async function deny(traffic: BootedTraffic, sites: readonly AwsSite[]): Promise<void> {
  for (const { function: caller, service, action } of sites) {
    const site = { function: caller, service, action };
    await traffic.fail({ ...site, error: 'accessDenied', count: Number.MAX_SAFE_INTEGER });
  }
  await Promise.all([repeat(rounds, traffic.round), delay(deniedMs).then(traffic.heal)]);
}

async function repeat(times: number, work: () => Promise<void>): Promise<void> {
  for (let time = 0; time < times; time++) await work();
}
