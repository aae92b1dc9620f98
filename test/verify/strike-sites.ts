import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { faults } from '../pipeline/faults.ts';
import { struckSitesVariable } from '../pipeline/struck-sites.ts';
import { callSites } from './call-sites.ts';
import { root, runJest } from './jest-run.ts';
import { sparedSites } from './spared-sites.ts';
import type { Step } from './step.ts';

/** The suites in which calls fail and processes die. */
const suites = [
  ...globSync('test/**/{*.crash,crash.test}.ts', { cwd: root }),
  'test/pipeline/pipeline.test.ts',
  'test/pipeline/parked.test.ts',
  'test/pipeline/send-facts.test.ts',
];

/** The tests among them in which one fault comes at every call: enough to strike every place. */
const singleFaults =
  /(one|every) fault at every call|every call was struck|is connected with any one fault/;

/** Those with more than one fault, and with somebody else at the same time, as well. */
const allFaults = /fault|struck/;

/** Lets every call of the state machines fail in every way, and sees that none was left out. */
export const strikeSites: Step = {
  name: 'crash',
  proves: 'every call of every state machine may die or fail, before and after it took effect',
  async run({ quick, signal, onProgress }) {
    const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-verify-'));
    const file = path.join(directory, 'struck');
    writeFileSync(file, '');
    try {
      const report = await runJest({
        ...{ files: suites, environment: { [struckSitesVariable]: file } },
        ...(quick ? { test: singleFaults } : { test: allFaults, sequences: 20_000 }),
        ...{ signal, onProgress },
      });
      const broken = [...report.failed].map(([name, why]) => `${name}: ${why}`);
      const { sites, left } = leftOut(new Set(readFileSync(file, 'utf8').split('\n')));
      return {
        counted: `${sites - left.length} of ${sites} call sites in ${faults.length} ways, ${report.passed} tests`,
        violations: [...broken, ...left],
      };
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  },
};

/**
 * @param struck `<fault> <place>` of every fault that came
 * @returns how many sites have to be struck, and a line for each that was not, or was excused for nothing
 */
function leftOut(struck: ReadonlySet<string>): { sites: number; left: string[] } {
  const missed = callSites().map((site) => ({
    ...site,
    faults: faults.filter((fault) => !struck.has(`${fault} ${site.place}`)),
  }));
  const isSpared = ({ place }: { place: string }) =>
    Object.keys(sparedSites).some((prefix) => place.startsWith(prefix));
  const wanted = missed.filter((site) => !isSpared(site));
  const spared = missed.filter(({ faults }) => faults.length > 0);
  const idle = Object.keys(sparedSites).filter(
    (prefix) => !spared.some(({ place }) => place.startsWith(prefix)),
  );
  return {
    sites: wanted.length,
    left: [
      ...wanted
        .filter(({ faults }) => faults.length > 0)
        .map(({ place, call, faults }) => `${place} ${call}: never ${faults.join(', ')}`),
      ...idle.map((prefix) => `${prefix} is excused, and nothing of it was left out`),
    ],
  };
}
