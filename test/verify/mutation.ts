import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Stryker } from '@stryker-mutator/core';
import type { Step } from './step.ts';

/** What is mutated together, and the tests that have to notice. */
interface MutatedModule {
  name: string;
  files: readonly string[];
  tests: readonly string[];
  /** Every mutant that is not equivalent has to be noticed; elsewhere `leastScore` will do. */
  isGuard: boolean;
}

/** Percent of all mutants. */
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

type Mutants = Awaited<ReturnType<Stryker['runMutationTest']>>;

/** Mutates a module and runs its tests against each mutant that they reach. */
function mutate({ files, tests }: MutatedModule): Promise<Mutants> {
  return new Stryker({
    configFile: 'stryker.config.mjs',
    mutate: [...files],
    jest: { config: { testMatch: tests.map((file) => `<rootDir>/${file}`) } },
    concurrency: availableParallelism(),
  }).runMutationTest();
}

/** A mutant with which nothing can be loaded says nothing of the tests; one that never ends was noticed. */
function tally(mutants: Mutants) {
  const noticed = mutants.filter(({ status }) => status === 'Killed' || status === 'Timeout');
  const survivors = mutants.filter(
    ({ status }) => status === 'Survived' || status === 'NoCoverage',
  );
  const equivalent = mutants.filter(({ status }) => status === 'Ignored').length;
  const score = (100 * noticed.length) / (noticed.length + survivors.length);
  return { noticed: noticed.length, survivors, equivalent, score };
}

function survivalOf({ fileName, location, mutatorName, replacement }: Mutants[number]): string {
  const place = `${path.relative('.', fileName)}:${location.start.line}:${location.start.column}`;
  return `${place} survived ${mutatorName}: ${replacement}`;
}

/** Mutation testing: what is wrong on purpose in the code that guards, its tests notice. */
export const mutation: Step = {
  name: 'mutation',
  proves: 'The tests notice what is wrong in the code that guards',
  async run({ quick, onProgress }) {
    const modules = mutatedModules.filter(({ name }) => !quick || quickModules.includes(name));
    const violations: string[] = [];
    const scores: string[] = [];
    const all: Mutants[number][] = [];
    for (const [index, module] of modules.entries()) {
      onProgress(index, modules.length);
      const mutants = await mutate(module);
      const { survivors, score } = tally(mutants);
      all.push(...mutants);
      scores.push(`${module.name} ${score.toFixed(1)} %`);
      if (module.isGuard) {
        violations.push(...survivors.map(survivalOf));
      } else if (score < leastScore) {
        violations.push(`${module.name}: ${score.toFixed(1)} % is less than ${leastScore} %`);
      }
    }
    onProgress(modules.length, modules.length);
    const { noticed, survivors, equivalent, score } = tally(all);
    return {
      counted: `${noticed} mutants noticed, ${survivors.length} not, ${equivalent} equivalent: ${score.toFixed(1)} % (${scores.join(', ')})`,
      violations,
    };
  },
};
