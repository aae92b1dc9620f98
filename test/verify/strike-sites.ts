import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { faults } from '../pipeline/faults.ts';
import { struckSitesVariable } from '../pipeline/struck-sites.ts';
import { callSites } from './call-sites.ts';
import { runJest } from './jest-run.ts';
import type { Step } from './step.ts';

/** The suites in which calls fail and processes die. */
const suites = [
  'test/pipeline/pipeline.test.ts',
  'test/pipeline/parked.test.ts',
  'test/pipeline/send-facts.test.ts',
  'test/send/crash.test.ts',
  'test/media/crash.test.ts',
  'test/transcribe/crash.test.ts',
  'test/connect/crash.test.ts',
  'test/connect/callback-crash.test.ts',
  'test/pipeline/odd-webhooks.test.ts',
];

/** The tests among them in which one fault comes at every call: enough to strike every place. */
const singleFaults =
  /one fault at every call|every call was struck|is connected with any one fault/;

/** Lets every call of the state machines fail in every way, and sees that none was left out. */
export const strikeSites: Step = {
  name: 'crash',
  proves: 'every call of every state machine may die or fail, before and after it took effect',
  async run({ quick, onProgress }) {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-verify-'));
    const file = path.join(directory, 'struck');
    writeFileSync(file, '');
    const violations: string[] = [];
    let passed = 0;
    try {
      for (const [index, suite] of suites.entries()) {
        const report = await runJest({
          ...{ files: [suite], environment: { [struckSitesVariable]: file } },
          ...(quick ? { test: singleFaults } : { sequences: 20_000 }),
        });
        passed += report.passed;
        violations.push(...[...report.failed].map(([name, why]) => `${name}: ${why}`));
        onProgress(index + 1, suites.length);
      }
      const struck = new Set(readFileSync(file, 'utf8').split('\n'));
      const sites = callSites();
      const spared = sites.flatMap(({ place, call }) => {
        const missing = faults.filter((fault) => !struck.has(`${fault} ${place}`));
        return missing.length > 0 ? [`${place} ${call}: never ${missing.join(', ')}`] : [];
      });
      violations.push(...spared);
      const counted = `${sites.length - spared.length} of ${sites.length} call sites in ${faults.length} ways, ${passed} tests`;
      return { counted, violations };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};
