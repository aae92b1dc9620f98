import { setTimeout as delay } from 'node:timers/promises';
import type { CallCount } from '../../local/aws-gateway.ts';
import { type BootedTraffic, bootTraffic } from './booted-traffic.ts';
import { functionProcesses, type ProcessFigures } from './process-figures.ts';
import type { Step } from './step.ts';

/** One call of AWS in so many goes wrong. */
const callsToFault = 100;

const awsFaults = ['throttle', 'unavailable', 'timeout', 'dropAnswer'];
const metaFaults = ['timeout-after', 'reset-before', 'reset-after', 'html-502'];

/** A round of traffic each so many ms. */
const roundMs = 250;

/** Longer than a queue hides what has failed, in s. */
const settleSeconds = 400;

/** More than this beyond what a process had after a third of the time is a leak. */
const leakMegabytes = 16;
const leakHandles = 10;

/** Traffic against the booted stack, in which one call in a hundred goes wrong; then everything must add up. */
export const soak: Step = {
  name: 'soak',
  proves: 'with 1 % of calls failing all that comes in goes out once, and no process grows',
  isLong: true,
  async run({ soakMinutes, signal, onProgress }) {
    const traffic = await bootTraffic(signal);
    try {
      const lengthMs = soakMinutes * 60_000;
      const start = Date.now();
      const samples: ProcessFigures[][] = [];
      let faults = 0;
      for (let ms = 0; ms < lengthMs; ms = Date.now() - start) {
        await Promise.all([traffic.round(), delay(roundMs)]);
        faults = await failSome(traffic, faults);
        samples.push(functionProcesses());
        onProgress(Math.round(ms / 1000), Math.round(lengthMs / 1000));
      }
      await traffic.heal();
      const violations = await traffic.settled(settleSeconds);
      const grown = growth(samples);
      return {
        counted: `${traffic.counted()}, ${faults} faults, none of ${grown.processes} processes grown by more than ${grown.megabytes.toFixed(1)} MB and ${grown.handles} handles`,
        violations: [
          ...violations,
          ...(grown.megabytes > leakMegabytes
            ? [`a process has grown by ${grown.megabytes} MB`]
            : []),
          ...(grown.handles > leakHandles ? [`a process holds ${grown.handles} more handles`] : []),
        ],
      };
    } finally {
      await traffic.stop();
    }
  },
};

/** Keeps the faults at their share of the calls. @returns how many there were so far */
async function failSome(traffic: BootedTraffic, before: number): Promise<number> {
  const calls = await traffic.awsCalls();
  const total = calls.reduce((sum, { count }) => sum + count, 0);
  let faults = before;
  for (; faults < total / callsToFault; faults++) {
    const call = anyOf(calls, total);
    if (call) {
      const { function: caller, service, action } = call;
      await traffic.fail({ function: caller, service, action, error: oneOf(awsFaults) });
    }
    if (faults % callsToFault === 0) await traffic.failMeta(oneOf(metaFaults));
  }
  return faults;
}

/** One of the calls, each as likely as it is frequent. */
function anyOf(calls: readonly CallCount[], total: number): CallCount | undefined {
  let at = Math.random() * total;
  return calls.find(({ count }) => {
    at -= count;
    return at < 0;
  });
}

function oneOf(kinds: readonly string[]): string {
  return kinds[Math.floor(Math.random() * kinds.length)] ?? '';
}

/** By how much the process that has grown most did so between the first third and the end, in what it held at least. */
function growth(samples: readonly ProcessFigures[][]) {
  const third = Math.floor(samples.length / 3);
  const early = leastOf(samples.slice(third, 2 * third));
  const late = leastOf(samples.slice(-third));
  const both = [...late].flatMap(([pid, figures]) => {
    const before = early.get(pid);
    return before ? [{ before, figures }] : [];
  });
  return {
    processes: both.length,
    megabytes: Math.max(
      0,
      ...both.map(({ before, figures }) => figures.megabytes - before.megabytes),
    ),
    handles: Math.max(0, ...both.map(({ before, figures }) => figures.handles - before.handles)),
  };
}

/** What each process had when it had the least: what is not collected yet is no leak. */
function leastOf(samples: readonly ProcessFigures[][]): Map<number, ProcessFigures> {
  const least = new Map<number, ProcessFigures>();
  for (const { pid, megabytes, handles } of samples.flat()) {
    const known = least.get(pid) ?? { pid, megabytes, handles };
    least.set(pid, {
      pid,
      megabytes: Math.min(known.megabytes, megabytes),
      handles: Math.min(known.handles, handles),
    });
  }
  return least;
}
