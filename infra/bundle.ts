import { rmSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = path.resolve(import.meta.dirname, '..');

/** Of this process alone: a second synthesis beside it must not pull the files away. */
const outdir = path.join(root, '.build', String(process.pid));

/** A function's code: its entry, and the parts of it that are loaded only when needed. */
interface FunctionSource {
  entry: string;
  lazy: readonly string[];
}

const objectStore = 'shared/storage/object-store.s3.ts';

/** Every function of the stack, by its id. */
export const functionSources = {
  'whatsapp-webhook': { entry: 'lambdas/ingest/webhook.handler.ts', lazy: [objectStore] },
  normalise: {
    entry: 'lambdas/ingest/normalise.handler.ts',
    lazy: [objectStore, 'lambdas/ingest/redelivery.sqs.ts'],
  },
  publish: { entry: 'lambdas/inbox/publish.handler.ts', lazy: [objectStore] },
  drain: { entry: 'lambdas/ingest/drain.handler.ts', lazy: [] },
} as const satisfies Record<string, FunctionSource>;

/** The id of a function. */
export type FunctionId = keyof typeof functionSources;

/** The directory that `bundleFunctions` writes a function's asset to. */
export function bundleDirectory(id: FunctionId): string {
  return path.join(outdir, id);
}

/** The file name of a lazily loaded part, beside the function's `index.mjs`. */
function lazyFile(source: string): string {
  return path.basename(source).replace(/\.ts$/, '.mjs');
}

/**
 * An ESM `import` of a builtin reads every export, and `node:http`'s WebSocket getters load undici.
 * `process.getBuiltinModule` leaves the getters alone.
 * Source: nodejs/node issue 57649.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
    onResolve({ filter }, ({ path: name }) => ({
      path: name.replace(/^node:/, ''),
      namespace: 'builtin',
    }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(name)})`,
    }));
  },
};

/** In Lambda credentials come from the environment: the chain of other providers is dead weight. */
const lambdaCredentials: Plugin = {
  name: 'lambda-credentials',
  setup({ onResolve }) {
    onResolve({ filter: /^@aws-sdk\/credential-provider-node$/ }, () => ({
      path: path.join(root, 'shared/runtime/lambda-credentials.ts'),
    }));
  },
};

/** The SDK loads these only for operations that stream events, of which the stack uses none. */
const noEventStreams: Plugin = {
  name: 'no-event-streams',
  setup({ onResolve }) {
    onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { external: true } : undefined,
    );
  },
};

/** Our own dynamic imports become files of their own beside `index.mjs`. */
const lazyParts: Plugin = {
  name: 'lazy-parts',
  setup({ onResolve }) {
    onResolve({ filter: /^\..*\.ts$/ }, ({ kind, path: imported }) =>
      kind === 'dynamic-import' ? { path: `./${lazyFile(imported)}`, external: true } : undefined,
    );
  },
};

/** Fails where a function imports a lazy part that `functionSources` does not list for it. */
function assertLazyPartsExist(outputs: Metafile['outputs']): void {
  for (const [file, output] of Object.entries(outputs)) {
    for (const imported of output.imports) {
      const isPart = imported.kind === 'dynamic-import' && imported.path.startsWith('.');
      if (isPart && !outputs[path.join(path.dirname(file), imported.path)]) {
        throw new Error(
          `${output.entryPoint} imports ${imported.path}: list its source under "lazy" in infra/bundle.ts`,
        );
      }
    }
  }
}

/**
 * Bundles all functions by one esbuild call, each into `index.mjs` in its `bundleDirectory`, where it
 * stays until the process ends: the synthesis copies it.
 */
export async function bundleFunctions(): Promise<Metafile> {
  const entryPoints = Object.entries(functionSources).flatMap(([id, { entry, lazy }]) => [
    { in: path.join(root, entry), out: `${id}/index` },
    ...lazy.map((part) => ({
      in: path.join(root, part),
      out: `${id}/${lazyFile(part).replace(/\.mjs$/, '')}`,
    })),
  ]);
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir,
    bundle: true,
    minify: true,
    format: 'esm',
    outExtension: { '.js': '.mjs' },
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    metafile: true,
    logLevel: 'warning',
    legalComments: 'none',
    plugins: [lazyBuiltins, lambdaCredentials, noEventStreams, lazyParts],
  });
  assertLazyPartsExist(metafile.outputs);
  return metafile;
}
