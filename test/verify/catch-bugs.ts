import pLimit from 'p-limit';
import { runJest } from './jest-run.ts';
import { plantedBugs, type Suspect } from './planted-bugs.ts';
import type { Step } from './step.ts';

/** As many as CI has cores. */
const runsAtOnce = 2;

/** Plants each bug in turn, and sees that the test that should find it does. */
export const catchBugs: Step = {
  name: 'bugs',
  proves: 'planted bugs are found, each by the test that is there for it',
  async run({ signal, onProgress }) {
    const bugs = Object.entries(plantedBugs);
    const limit = pLimit(runsAtOnce);
    let done = 0;
    const complaints = await Promise.all(
      bugs.map(([name, suspect]) =>
        limit(async () => {
          const complaint = await whyNotCaught(suspect, signal);
          onProgress(++done, bugs.length);
          return complaint === undefined ? [] : [`${name}: ${complaint}`];
        }),
      ),
    );
    const violations = complaints.flat();
    return { counted: `${bugs.length - violations.length} of ${bugs.length} caught`, violations };
  },
};

/** @returns undefined where the test has found the bug */
async function whyNotCaught(
  { suite, test, ...bug }: Suspect,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { passed, failed } = await runJest({
    ...{ files: [suite], bug, test: new RegExp(`^${RegExp.escape(test)}`), signal },
  });
  const found = [...failed.keys()].some((name) => name.startsWith(test));
  if (found) {
    return undefined;
  }
  const [[what = '', why = ''] = []] = failed;
  return `${passed} tests of ${suite} passed as if nothing were; "${test}" did not fail. ${what} ${why}`;
}
