import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { spawnTied } from '../../local/child.ts';
import { root } from './jest-run.ts';
import type { Step } from './step.ts';

/** What is mutated together, and the tests that have to notice. */
interface MutatedModule {
  name: string;
  files: readonly string[];
  tests: readonly string[];
  /** Every mutant that is not equivalent has to be noticed; elsewhere `leastScore` will do. */
  isGuard: boolean;
}

/** Percent of the mutants that are not equivalent. */
const leastScore = 85;

/** The modules that take seconds. */
const quickModules = ['signature', 'status merge'];

const mutatedModules: readonly MutatedModule[] = [
  {
    name: 'signature',
    files: ['lambdas/ingest/signature.ts'],
    tests: ['test/unit/signature.test.ts'],
    isGuard: true,
  },
  {
    name: 'status merge',
    files: ['shared/events/status-merge.ts'],
    tests: ['test/unit/status-order.test.ts'],
    isGuard: true,
  },
  {
    name: 'router',
    files: [
      'lambdas/ingest/change.ts',
      'lambdas/ingest/owners.ts',
      'lambdas/ingest/takeover.ts',
      'shared/routing/cached-routes.ts',
    ],
    tests: ['test/unit/routing.test.ts'],
    isGuard: true,
  },
  {
    name: "router's table",
    files: ['shared/routing/route.dynamodb.ts', 'shared/routing/route-items.ts'],
    tests: ['test/contract/routes.test.ts'],
    isGuard: true,
  },
  {
    name: 'fence',
    files: [
      'lambdas/send/hand-over.ts',
      'lambdas/send/settle.ts',
      'shared/sends/accept-by-status.ts',
    ],
    tests: [
      'test/send/hand-over.test.ts',
      'test/send/settle.test.ts',
      'test/unit/accept-by-status.test.ts',
    ],
    isGuard: true,
  },
  {
    name: 'sending',
    files: ['lambdas/send/send.ts', 'lambdas/send/deliver.ts', 'lambdas/send/queue-send.ts'],
    tests: ['test/send/send.test.ts', 'test/send/deliver.test.ts', 'test/send/mishaps.test.ts'],
    isGuard: false,
  },
  {
    name: 'split',
    files: ['lambdas/ingest/split.ts', 'lambdas/ingest/pack.ts'],
    tests: ['test/unit/split.test.ts'],
    isGuard: false,
  },
  {
    name: 'template validator',
    files: [
      'lambdas/send/template/validate-template.ts',
      'lambdas/send/template/template-values.ts',
    ],
    tests: ['test/unit/template-validation.test.ts', 'test/unit/template-limits.test.ts'],
    isGuard: false,
  },
  {
    name: 'URL guard',
    files: ['lambdas/media/url-guard.ts', 'lambdas/media/public-address.ts'],
    tests: ['test/media/mirror-url-guard.test.ts'],
    isGuard: false,
  },
];

/** What Stryker's `json` reporter writes. Source: the project mutation-testing-elements, report schema. */
const reportSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      mutants: z.array(
        z.object({
          mutatorName: z.string(),
          replacement: z.string().optional(),
          status: z.string(),
          location: z.object({ start: z.object({ line: z.number(), column: z.number() }) }),
        }),
      ),
    }),
  ),
});

type Mutant = z.output<typeof reportSchema>['files'][string]['mutants'][number] & { file: string };

/** How Stryker mutates a module; its copy of the project and its report go into `directory`. */
function strykerOptions({ files, tests }: MutatedModule, directory: string) {
  return {
    mutate: files,
    // The copy is of what the tests need.
    ignorePatterns: ['**/*', '!{lambdas,shared,local,test}/**/*', '!{jest.config.js,package.json}'],
    tempDirName: path.join(directory, 'sandbox'),
    plugins: ['@stryker-mutator/jest-runner'],
    testRunner: 'jest',
    testRunnerNodeArgs: ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning'],
    coverageAnalysis: 'perTest',
    jest: {
      configFile: 'jest.config.js',
      config: {
        testMatch: tests.map((file) => `<rootDir>/${file}`),
        // Nothing here needs the synthesised stacks, and Stryker loads an environment by its package's name.
        ...{ globalSetup: null, testEnvironment: 'node' },
      },
      enableFindRelatedTests: false,
    },
    // Stryker rewrites a tsconfig with an API that TypeScript 7 has no more; ours needs no rewriting.
    tsconfigFile: 'none',
    concurrency: availableParallelism(),
    reporters: ['json', 'progress-append-only'],
    jsonReporter: { fileName: path.join(directory, 'report.json') },
    logLevel: 'error',
  };
}

/** Mutates a module and runs its tests against each mutant that they reach; `onShare` gets what share is done. */
async function mutate(
  module: MutatedModule,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<Mutant[]> {
  // Inside of the project, from where the copy finds its packages.
  mkdirSync(path.join(root, '.local'), { recursive: true });
  const directory = mkdtempSync(path.join(root, '.local/mutation-'));
  try {
    const options = strykerOptions(module, directory);
    const optionsFile = path.join(directory, 'stryker.config.json');
    writeFileSync(optionsFile, JSON.stringify(options));
    await runStryker(optionsFile, signal, onShare);
    const report: unknown = JSON.parse(readFileSync(options.jsonReporter.fileName, 'utf8'));
    const { files } = reportSchema.parse(report);
    return module.files.flatMap((file) => {
      const mutants = files[file]?.mutants ?? [];
      if (mutants.length === 0) throw new Error(`There is nothing to mutate in ${file}`);
      return mutants.map((mutant) => ({ ...mutant, file }));
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs Stryker in a process of its own: it has its own idea of Ctrl-C. */
async function runStryker(
  optionsFile: string,
  signal: AbortSignal,
  onShare: (share: number) => void,
): Promise<void> {
  signal.throwIfAborted();
  const command = path.join(root, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const { env } = process;
  const stryker = spawnTied(process.execPath, [command, 'run', optionsFile], { cwd: root, env });
  // With the whole group: what runs a mutant that never ends would not end by itself.
  const kill = () => {
    if (stryker.pid !== undefined) process.kill(-stryker.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', kill, { once: true });
  stryker.stdout.on('data', (data: unknown) => {
    const [, done, of] = String(data).match(/(\d+)\/(\d+) tested/) ?? [];
    if (done !== undefined) onShare(Number(done) / Number(of));
  });
  const closed = Promise.withResolvers<number | null>();
  stryker.once('close', closed.resolve);
  const [code, output, errors] = await Promise.all([
    closed.promise,
    text(stryker.stdout),
    text(stryker.stderr),
  ]);
  signal.removeEventListener('abort', kill);
  signal.throwIfAborted();
  if (code !== 0) throw new Error(`Stryker failed: ${output}${errors}`);
}

function tally(mutants: readonly Mutant[]) {
  const count = (...of: string[]) => mutants.filter(({ status }) => of.includes(status)).length;
  const [killed, timedOut, equivalent] = [count('Killed'), count('Timeout'), count('Ignored')];
  const survived = count('Survived', 'NoCoverage');
  const noticed = killed + timedOut;
  const score = (100 * noticed) / (noticed + survived);
  return { killed, timedOut, survived, equivalent, score };
}

/** Mutation testing: what is wrong on purpose in the code that guards, its tests notice. */
export const mutation: Step = {
  name: 'mutation',
  proves: 'the tests notice what is wrong in the code that guards',
  async run({ quick, signal, onProgress }) {
    const modules = mutatedModules.filter(({ name }) => !quick || quickModules.includes(name));
    const violations: string[] = [];
    const scores: string[] = [];
    const all: Mutant[] = [];
    for (const [index, module] of modules.entries()) {
      const onShare = (share: number) =>
        onProgress(Math.round((100 * (index + share)) / modules.length), 100);
      onShare(0);
      const mutants = await mutate(module, signal, onShare);
      all.push(...mutants);
      const { score } = tally(mutants);
      scores.push(`${module.name} ${score.toFixed(1)} %`);
      if (module.isGuard) {
        violations.push(...survivorsOf(mutants));
      } else if (score < leastScore) {
        violations.push(`${module.name}: ${score.toFixed(1)} % is less than ${leastScore} %`);
      }
    }
    const { killed, timedOut, survived, equivalent, score } = tally(all);
    return {
      counted: `${killed} mutants killed, ${timedOut} timed out, ${survived} survived, ${equivalent} equivalent: ${score.toFixed(1)} % (${scores.join(', ')})`,
      violations,
    };
  },
};

function survivorsOf(mutants: readonly Mutant[]): string[] {
  return mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ file, location: { start }, mutatorName, replacement }) => {
      return `${file}:${start.line}:${start.column} survived ${mutatorName}: ${replacement ?? ''}`;
    });
}
