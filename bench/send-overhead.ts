import { bootDemo } from './demo-stack.ts';
import type { Measurement } from './measurement.ts';

const warmUp = 40;
const sends = 300;

/** The value below which so many percent of the sorted values are. */
function percentile(sorted: readonly number[], percent: number): number {
  return Math.round((sorted[Math.floor((sorted.length * percent) / 100)] ?? 0) * 10) / 10;
}

/** What a send takes where Meta answers at once: all of it is ours, and the local stack's. */
export const sendOverhead: Measurement = {
  title: `${sends} texts, one after the other, warm, Graph answering at once; ms from request to answer`,
  minutes: 1,
  async run() {
    const demo = await bootDemo();
    try {
      await demo.post('/_local/graph/settings', { ladder: 'none' });
      const times: number[] = [];
      for (let index = 0; index < warmUp + sends; index++) {
        const start = performance.now();
        const { status } = await demo.sendText(index, 'hello');
        if (status !== 200) throw new Error(`A send was answered ${status}`);
        if (index >= warmUp) times.push(performance.now() - start);
      }
      const sorted = times.sort((one, other) => one - other);
      return [
        {
          'p50 ms': percentile(sorted, 50),
          'p90 ms': percentile(sorted, 90),
          'p99 ms': percentile(sorted, 99),
        },
      ];
    } finally {
      await demo.stop();
    }
  },
};
