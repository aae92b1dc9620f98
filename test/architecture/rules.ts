import type { Import, Module } from './modules.ts';

/** What the sources must keep to. */
export interface Rule {
  name: string;
  /** One line for each violation, which names the file. */
  violations(modules: readonly Module[]): string[];
  /** Sources that break it, and what is said of them. */
  planted: { modules: Module[]; violations: string[] };
}

/** Packages that tie code to AWS Lambda. */
const platform = /^@(aws-sdk|smithy|aws-lambda-powertools|middy)\//;

/** `process.env`, `process['env']`, `{ env } = process` and `{ env } from 'node:process'`. */
const environmentRead =
  /\bprocess\s*(\?\.)?[.[]?\s*["']?env\b|\benv\b[^;]*(=\s*process;|from\s*"(node:)?process")/;

/** The roles that a file can have, by its suffix. */
const roles = [
  ...['handler', 'composition', 'schema', 'port', 'env'],
  ...['dynamodb', 'sqs', 's3', 'kms', 'transcribe', 'firehose', 'secrets-manager'],
  ...['graph', 'https'],
  // What npm run verify alone runs, beside what npm test runs.
  ...['test', 'crash', 'fuzz', 'd'],
];

/** What may make adapters: an entry, and what several entries of one capability are made of. */
const makers = ['handler', 'composition'];

const maxMakerLines = 80;

/** `normalise.handler.ts` has the role `handler`, `normalise.ts` none. */
function roleOf(file: string): string {
  return (file.split('/').at(-1) ?? '').split('.').slice(1, -1).join('.');
}

function isProjectFile(path: string): boolean {
  return /^(infra|lambdas|shared|local|ops|contract|client|examples|conformance|test)\//.test(path);
}

function isLambdaCode({ file }: Module): boolean {
  return /^(lambdas|shared)\//.test(file);
}

/** Code that runs without AWS: domain code, and what it is made of. */
function isPure(module: Module): boolean {
  return (
    isLambdaCode(module) &&
    !module.file.startsWith('shared/runtime/') &&
    ['', 'schema', 'port', 'env'].includes(roleOf(module.file))
  );
}

function isEdge({ file }: Module): boolean {
  return makers.includes(roleOf(file)) || file.startsWith('shared/runtime/');
}

/** A rule on which files may import which. */
function importRule(
  name: string,
  isForbidden: (module: Module, imported: string) => boolean,
  planted: [file: string, imported: string],
): Rule {
  return {
    name,
    violations: (modules) =>
      modules.flatMap((module) =>
        module.imports
          .filter((imported) => isForbidden(module, imported.path))
          .map((imported) => `${module.file} imports ${imported.path}`),
      ),
    planted: {
      modules: [source(planted[0], { imports: [planted[1]] })],
      violations: [`${planted[0]} imports ${planted[1]}`],
    },
  };
}

/** A rule on single files: `complaint` tells what is wrong with one. */
function fileRule(
  name: string,
  complaint: (module: Module) => string | undefined,
  planted: [module: Module, complaint: string],
): Rule {
  return {
    name,
    violations: (modules) =>
      modules.flatMap((module) => {
        const wrong = complaint(module);
        return wrong === undefined ? [] : [`${module.file} ${wrong}`];
      }),
    planted: { modules: [planted[0]], violations: [`${planted[0].file} ${planted[1]}`] },
  };
}

/** A source file that exists only in a test. */
export function source(
  file: string,
  { imports = [], lines = 1, code = '' }: { imports?: string[]; lines?: number; code?: string },
): Module {
  return { file, imports: imports.map((path) => ({ path, isLazy: false })), lines, code };
}

/** The first way from a file, along imports, to one that `isGoal`. */
function wayTo(
  from: Module,
  byFile: ReadonlyMap<string, Module>,
  follows: (imported: Import) => boolean,
  isGoal: (path: string) => boolean,
): string[] | undefined {
  const seen = new Set<string>();
  const walk = (module: Module, way: string[]): string[] | undefined => {
    for (const imported of module.imports.filter(follows)) {
      if (isGoal(imported.path)) return [...way, imported.path];
      const next = byFile.get(imported.path);
      if (!next || seen.has(imported.path)) continue;
      seen.add(imported.path);
      const found = walk(next, [...way, imported.path]);
      if (found) return found;
    }
    return undefined;
  };
  return walk(from, [from.file]);
}

function filesOf(modules: readonly Module[]): ReadonlyMap<string, Module> {
  return new Map(modules.map((module) => [module.file, module]));
}

/** All rules. */
export const rules: Rule[] = [
  importRule(
    'a lambda folder imports shared/ and itself',
    ({ file }, imported) => {
      const own = /^lambdas\/[^/]+\//.exec(file)?.[0];
      return (
        own !== undefined &&
        isProjectFile(imported) &&
        !imported.startsWith('shared/') &&
        !imported.startsWith(own)
      );
    },
    ['lambdas/ingest/normalise.ts', 'lambdas/inbox/publish.ts'],
  ),
  importRule(
    'shared/ imports only itself',
    ({ file }, imported) =>
      file.startsWith('shared/') && isProjectFile(imported) && !imported.startsWith('shared/'),
    ['shared/hash.ts', 'lambdas/ingest/pack.ts'],
  ),
  importRule(
    'infra/ imports at run time itself and names of metrics',
    ({ file }, imported) =>
      (file.startsWith('infra/') || file.endsWith('/metrics.ts')) &&
      isProjectFile(imported) &&
      !imported.startsWith('infra/') &&
      !imported.endsWith('/metrics.ts'),
    ['infra/service-stack.ts', 'lambdas/ingest/webhook.env.ts'],
  ),
  importRule(
    'local/ imports shared/ and itself',
    ({ file }, imported) =>
      file.startsWith('local/') && isProjectFile(imported) && !/^(shared|local)\//.test(imported),
    ['local/stack.ts', 'infra/config.ts'],
  ),
  importRule(
    'ops/ imports shared/, itself, and rules and adapters of lambdas/',
    ({ file }, imported) =>
      file.startsWith('ops/') &&
      isProjectFile(imported) &&
      !/^(shared|ops|lambdas)\//.test(imported),
    ['ops/doctor.ts', 'local/stack.ts'],
  ),
  importRule(
    'contract/ imports shared/, itself, and the schemas and rules of lambdas/',
    ({ file }, imported) =>
      file.startsWith('contract/') &&
      isProjectFile(imported) &&
      !/^(shared|contract)\//.test(imported) &&
      !(imported.startsWith('lambdas/') && ['schema', ''].includes(roleOf(imported))),
    ['contract/routes.ts', 'lambdas/send/send.handler.ts'],
  ),
  importRule(
    'nothing but tests imports contract/',
    ({ file }, imported) => !/^(contract|test)\//.test(file) && imported.startsWith('contract/'),
    ['shared/http/api.ts', 'contract/problems.ts'],
  ),
  importRule(
    'client/ imports itself: others get it alone',
    ({ file }, imported) =>
      file.startsWith('client/') && isProjectFile(imported) && !imported.startsWith('client/src/'),
    ['client/src/event.ts', 'shared/json.ts'],
  ),
  importRule(
    'examples/ imports the client and itself, as anybody could',
    ({ file }, imported) =>
      file.startsWith('examples/') &&
      isProjectFile(imported) &&
      !/^(client\/src|examples)\//.test(imported),
    ['examples/inbox/inbox.ts', 'shared/events/inbox-event.schema.ts'],
  ),
  importRule(
    'nothing but tests imports tests',
    ({ file }, imported) => !file.startsWith('test/') && imported.startsWith('test/'),
    ['local/meta/demo.ts', 'test/fakes/memory-table.ts'],
  ),
  {
    name: 'domain code, schemas and ports reach no SDK, no Powertools and no middy',
    violations: (modules) => {
      const byFile = filesOf(modules);
      return modules.filter(isPure).flatMap((module) => {
        const way = wayTo(
          module,
          byFile,
          ({ isLazy }) => !isLazy,
          (path) => platform.test(path),
        );
        return way ? [way.join(' imports ')] : [];
      });
    },
    planted: {
      modules: [
        source('lambdas/ingest/normalise.ts', { imports: ['lambdas/ingest/ledger.dynamodb.ts'] }),
        source('lambdas/ingest/ledger.dynamodb.ts', { imports: ['@aws-sdk/client-dynamodb'] }),
      ],
      violations: [
        'lambdas/ingest/normalise.ts imports lambdas/ingest/ledger.dynamodb.ts imports @aws-sdk/client-dynamodb',
      ],
    },
  },
  fileRule(
    'only shared/runtime/env.ts reads the environment',
    (module) =>
      isLambdaCode(module) &&
      module.file !== 'shared/runtime/env.ts' &&
      environmentRead.test(module.code)
        ? 'reads process.env'
        : undefined,
    [
      source('lambdas/ingest/pack.ts', { code: 'const table = process.env["TABLE_NAME"];' }),
      'reads process.env',
    ],
  ),
  importRule(
    'an AWS client is imported by the adapter named after it, a handler or a composition',
    (module, imported) => {
      const client = /^@aws-sdk\/client-(.+)$/.exec(imported)?.[1];
      return (
        client !== undefined &&
        isLambdaCode(module) &&
        ![...makers, client].includes(roleOf(module.file))
      );
    },
    ['lambdas/ingest/ledger.dynamodb.ts', '@aws-sdk/client-sqs'],
  ),
  fileRule(
    'a handler or a composition makes one AWS client at most',
    ({ file, imports }) => {
      const clients = imports.filter(({ path }) => path.startsWith('@aws-sdk/client-'));
      return makers.includes(roleOf(file)) && clients.length > 1
        ? `imports ${clients.map(({ path }) => path).join(' and ')}`
        : undefined;
    },
    [
      source('lambdas/ingest/normalise.handler.ts', {
        imports: ['@aws-sdk/client-dynamodb', '@aws-sdk/client-s3'],
      }),
      'imports @aws-sdk/client-dynamodb and @aws-sdk/client-s3',
    ],
  ),
  importRule(
    'middy and Powertools are for handlers, compositions and shared/runtime',
    (module, imported) =>
      isLambdaCode(module) && !isEdge(module) && /^@(middy|aws-lambda-powertools)\//.test(imported),
    ['lambdas/inbox/outgoing-queues.sqs.ts', '@aws-lambda-powertools/logger'],
  ),
  importRule(
    'a composition is imported by handlers and other compositions',
    ({ file }, imported) =>
      !file.startsWith('test/') &&
      roleOf(imported) === 'composition' &&
      !makers.includes(roleOf(file)),
    ['lambdas/send/send.ts', 'lambdas/send/send.composition.ts'],
  ),
  fileRule(
    `a handler or a composition has at most ${maxMakerLines} lines`,
    ({ file, lines }) =>
      makers.includes(roleOf(file)) && lines > maxMakerLines ? `has ${lines} lines` : undefined,
    [source('lambdas/ingest/webhook.handler.ts', { lines: 81 }), 'has 81 lines'],
  ),
  fileRule(
    'a name says what is in it',
    ({ file }) => {
      const names = file.split('/').map((part) => part.split('.')[0] ?? '');
      const empty = names.find((name) => /^(index|utils?|helpers?|commons?)$/.test(name));
      return empty === undefined ? undefined : `is called "${empty}"`;
    },
    [source('shared/utils/hash.ts', {}), 'is called "utils"'],
  ),
  fileRule(
    'a suffix is one of the known roles',
    ({ file }) =>
      ['', ...roles].includes(roleOf(file)) ? undefined : `has the suffix .${roleOf(file)}`,
    [source('lambdas/ingest/ledger.repository.ts', {}), 'has the suffix .repository'],
  ),
  fileRule(
    'zod is imported as a whole: its named import costs 440 KB a bundle',
    ({ file, code }) => {
      const clauses = [...code.matchAll(/\bimport\s+([^"';]*?)\s*from\s*["']zod[/"']/g)];
      const wrong = clauses.find(([, clause]) => clause !== '* as z' && clause !== '* as mini');
      return wrong && !file.startsWith('test/') ? `has ${wrong[1]} from zod` : undefined;
    },
    [
      source('lambdas/ingest/meta.schema.ts', { code: 'import { z } from "zod";\n' }),
      'has { z } from zod',
    ],
  ),
  {
    name: 'no file imports itself, however far around',
    violations: (modules) => {
      const byFile = filesOf(modules);
      return modules.flatMap((module) => {
        const way = wayTo(
          module,
          byFile,
          () => true,
          (path) => path === module.file,
        );
        return way ? [way.join(' imports ')] : [];
      });
    },
    planted: {
      modules: [
        source('shared/one.ts', { imports: ['shared/two.ts'] }),
        source('shared/two.ts', { imports: ['shared/one.ts'] }),
      ],
      violations: [
        'shared/one.ts imports shared/two.ts imports shared/one.ts',
        'shared/two.ts imports shared/one.ts imports shared/two.ts',
      ],
    },
  },
];
