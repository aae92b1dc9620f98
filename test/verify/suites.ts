import { runJest } from './jest-run.ts';
import type { Step } from './step.ts';

/** Suites of `npm test` that have far more cases in them than there is time for at every change. */
interface LongSuites extends Omit<Step, 'run'> {
  files: readonly string[];
  /** How many cases each property gets, and what a case is called. */
  sequences: number;
  cases: string;
}

const longSuites: readonly LongSuites[] = [
  {
    name: 'sequences',
    proves: 'random webhooks, repeated, reordered and with failing calls, are each told once',
    files: [
      'test/pipeline/pipeline.test.ts',
      'test/pipeline/parked.test.ts',
      'test/pipeline/sends.test.ts',
      'test/pipeline/identity.test.ts',
    ],
    sequences: 20_000,
    cases: 'sequences a property',
  },
  {
    name: 'tenants',
    proves: 'whatever organisations do and are sent, nothing of one gets to another',
    files: ['test/pipeline/all-kinds.test.ts', 'test/connect/isolation.test.ts'],
    sequences: 10_000,
    cases: 'sequences a property',
  },
  {
    name: 'fuzz',
    proves: 'unsigned is never queued, signed is never lost, nothing gets past a guard',
    files: [
      'test/pipeline/webhook-fuzz.test.ts',
      'test/media/mirror-url-guard.test.ts',
      'test/verify/callback.fuzz.ts',
    ],
    sequences: 100_000,
    cases: 'cases a property',
  },
];

/** The suites at their full length. */
export const suites: readonly Step[] = longSuites.map(
  ({ files, sequences, cases, ...step }): Step => ({
    ...step,
    isLong: true,
    async run({ signal, onProgress }) {
      const { passed, failed } = await runJest({ files, sequences, signal, onProgress });
      return {
        counted: `${sequences.toLocaleString('en')} ${cases}, ${passed} tests`,
        violations: [...failed].map(([name, why]) => `${name}: ${why}`),
      };
    },
  }),
);
