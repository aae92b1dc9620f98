import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import * as z from 'zod';
import { type PlantedBug, plantedBugVariable } from './planted-bug.schema.ts';

/** The project's root. */
export const root = path.resolve(import.meta.dirname, '../..');

const node = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'];

const jest = path.join(root, 'node_modules/jest/bin/jest.js');

const reportSchema = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({
          fullName: z.string(),
          status: z.string(),
          failureMessages: z.array(z.string()),
        }),
      ),
    }),
  ),
});

/** Which tests are run, and how. */
export interface JestRun {
  /** Test files, from the project's root. */
  files: readonly string[];
  /** Only tests whose full names match. */
  test?: RegExp;
  /** What `SEQUENCES` makes of the suites: how many cases a property gets. */
  sequences?: number;
  /** A change of the code under test. */
  bug?: PlantedBug;
  /** More variables of the environment. */
  environment?: Readonly<Record<string, string>>;
  /** Ends the run. */
  signal: AbortSignal;
  /** Is told how many files are over, and of how many. */
  onProgress?(done: number, of: number): void;
}

/** How the tests ended. */
export interface JestReport {
  passed: number;
  /** By full name; a file that could not be loaded by its path. */
  failed: ReadonlyMap<string, string>;
}

/** Runs tests in a process of their own, without a time limit for any. Throws where jest itself does not run,
 * or no test. */
export async function runJest(run: JestRun): Promise<JestReport> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-verify-'));
  const output = path.join(directory, 'report.json');
  const options = [
    ...['--config', path.join(import.meta.dirname, 'jest-config.js')],
    ...['--json', '--outputFile', output],
    ...(run.test === undefined ? [] : ['--testNamePattern', run.test.source]),
    ...['--runTestsByPath', ...run.files],
  ];
  try {
    const running = promisify(execFile)(process.execPath, [...node, jest, ...options], {
      cwd: root,
      maxBuffer: 256 * 1024 * 1024,
      signal: run.signal,
      env: {
        ...process.env,
        ...run.environment,
        ...(run.sequences === undefined ? {} : { SEQUENCES: String(run.sequences) }),
        ...(run.bug ? { [plantedBugVariable]: JSON.stringify(run.bug) } : {}),
      },
    });
    let done = 0;
    running.child.stderr?.on('data', (text: unknown) => {
      done += String(text).match(/^(PASS|FAIL) /gm)?.length ?? 0;
      run.onProgress?.(done, run.files.length);
    });
    await running.catch((error: unknown) => {
      // Jest exits with 1 where a test fails, which its report tells better.
      if (!(error instanceof Error && 'code' in error && error.code === 1)) throw error;
    });
    return summary(JSON.parse(readFileSync(output, 'utf8')));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function summary(json: unknown): JestReport {
  const { numPassedTests, testResults } = reportSchema.parse(json);
  if (
    numPassedTests === 0 &&
    testResults.every(({ assertionResults }) =>
      assertionResults.every(({ status }) => status !== 'failed'),
    )
  ) {
    throw new Error('No test has run');
  }
  const failed = testResults.flatMap(({ name, message, assertionResults }) => {
    const tests = assertionResults.filter(({ status }) => status === 'failed');
    return assertionResults.length === 0
      ? [[path.relative(root, name), message] as const]
      : tests.map(
          ({ fullName, failureMessages }) => [fullName, failureMessages.join('\n')] as const,
        );
  });
  return { passed: numPassedTests, failed: new Map(failed) };
}
