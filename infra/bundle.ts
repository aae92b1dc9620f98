import { rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { builtinModules, createRequire } from 'node:module';
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
/** Is not imported: runs as a thread. */
const remuxWorker = 'shared/media/remux-worker.ts';
const sendQueue = 'lambdas/send/send-queue.sqs.ts';

/** Every function of the stack, by its id. */
export const functionSources = {
  'whatsapp-webhook': { entry: 'lambdas/ingest/webhook.handler.ts', lazy: [objectStore] },
  normalise: {
    entry: 'lambdas/ingest/normalise.handler.ts',
    lazy: [objectStore, 'lambdas/ingest/redelivery.sqs.ts'],
  },
  publish: { entry: 'lambdas/inbox/publish.handler.ts', lazy: [objectStore] },
  /** Only in stages with an `eventsEndpoint`. */
  'deliver-events': { entry: 'lambdas/inbox/deliver-events.handler.ts', lazy: [] },
  drain: { entry: 'lambdas/ingest/drain.handler.ts', lazy: [] },
  'whatsapp-send-message': {
    entry: 'lambdas/send/send-message.handler.ts',
    lazy: [sendQueue, 'lambdas/send/media/media-files.s3.ts', remuxWorker],
  },
  'whatsapp-send-template': { entry: 'lambdas/send/send-template.handler.ts', lazy: [sendQueue] },
  'whatsapp-send-reaction': { entry: 'lambdas/send/send-reaction.handler.ts', lazy: [sendQueue] },
  'whatsapp-reply-status': { entry: 'lambdas/send/reply-status.handler.ts', lazy: [] },
  'whatsapp-get-templates': { entry: 'lambdas/send/get-templates.handler.ts', lazy: [] },
  'whatsapp-templates': { entry: 'lambdas/send/templates.handler.ts', lazy: [] },
  'whatsapp-graph': { entry: 'lambdas/send/facade/graph.handler.ts', lazy: [] },
  deliver: { entry: 'lambdas/send/deliver.handler.ts', lazy: [objectStore] },
  settle: { entry: 'lambdas/send/settle.handler.ts', lazy: [] },
  'mirror-media': { entry: 'lambdas/media/mirror-media.handler.ts', lazy: [] },
  'whatsapp-media': { entry: 'lambdas/media/whatsapp-media.handler.ts', lazy: [] },
  'voice-transcription-worker': {
    entry: 'lambdas/transcribe/voice-transcription-worker.handler.ts',
    lazy: [
      objectStore,
      remuxWorker,
      'lambdas/transcribe/transcript-output.s3.ts',
      'shared/queue/hold-back.sqs.ts',
    ],
  },
  'whatsapp-inbox': {
    entry: 'lambdas/inbox/whatsapp-inbox.handler.ts',
    lazy: ['lambdas/inbox/health.composition.ts', 'lambdas/inbox/job-queue.sqs.ts'],
  },
  republish: { entry: 'lambdas/inbox/republish.handler.ts', lazy: [] },
  erase: { entry: 'lambdas/inbox/erase.handler.ts', lazy: [] },
  'wa-es-callback': { entry: 'lambdas/connect/es-callback.handler.ts', lazy: [] },
  'save-whatsapp-credentials': {
    entry: 'lambdas/connect/save-credentials.handler.ts',
    lazy: [],
  },
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
 * `process.getBuiltinModule` leaves the getters alone, and only the exports that are imported are read:
 * copying all of them, as esbuild does for a `require`, takes milliseconds.
 * Source: nodejs/node issue 57649.
 */
const lazyBuiltins: Plugin = {
  name: 'lazy-builtins',
  setup({ onResolve, onLoad }) {
    const filter = new RegExp(`^(node:)?(${builtinModules.join('|')})$`);
    onResolve({ filter }, ({ path: name, kind }) => ({
      path: name.replace(/^node:/, ''),
      namespace: kind === 'import-statement' ? 'builtin' : 'whole-builtin',
      sideEffects: false,
    }));
    const moduleOf = (name: string) => `process.getBuiltinModule(${JSON.stringify(name)})`;
    onLoad({ filter: /.*/, namespace: 'whole-builtin' }, ({ path: name }) => ({
      contents: `module.exports = ${moduleOf(name)}`,
    }));
    onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path: name }) => ({
      contents: [
        `const builtin = /* @__PURE__ */ ${moduleOf(name)}; export default builtin;`,
        ...Object.keys(createRequire(import.meta.url)(`node:${name}`)).map(
          (key, at) =>
            `const _${at} = /* @__PURE__ */ (() => builtin.${key})(); export { _${at} as ${key} };`,
        ),
      ].join('\n'),
    }));
  },
};

/** Services of AWS that speak JSON, by the names of their clients in the SDK. */
const jsonServices = ['dynamodb', 'firehose', 'kms', 'secrets-manager', 'sqs', 'transcribe'];

/** The SDK's clients of these services cost more than all that they do here: see ADR 0035. */
const jsonClients: Plugin = {
  name: 'json-clients',
  setup({ onResolve }) {
    const filter = new RegExp(`^@aws-sdk/client-(${jsonServices.join('|')})$`);
    onResolve({ filter }, ({ path: name }) => ({
      path: path.join(
        root,
        'shared/runtime/aws-json',
        `${name.replace('@aws-sdk/client-', '')}.ts`,
      ),
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

/** For its settings the SDK looks into `~/.aws/config` and `~/.aws/credentials`, which no function has. */
const noConfigFiles: Plugin = {
  name: 'no-config-files',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]shared-ini-file-loader[\\/]readFile\.js$/ }, () => ({
      contents: `export const fileIntercept = {}; export const readFile = async () => '';`,
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

/**
 * What packages bring along and no function runs: JSON Schemas out of zod's, SHA-256 for where Node
 * has none, retries that adapt, signatures of streamed events, a region from EC2, log lines that are held
 * back. What stands in their place does nothing.
 */
const neverRunFiles = [
  ...['v4/core/to-json-schema', 'v4/core/json-schema-processors'],
  ...['sha256/Sha256Js', 'util-retry/AdaptiveRetryStrategy'],
  ...['signature-v4/dist-es/HeaderFormatter', 'regionConfig/getInstanceMetadataRegion'],
  'logger/lib/esm/logBuffer',
];

const neverRun: Plugin = {
  name: 'never-run',
  setup({ onLoad }) {
    const filter = new RegExp(`/(${neverRunFiles.join('|')})\\.js$`.replaceAll('/', '[\\\\/]'));
    onLoad({ filter }, async ({ path: file }) => {
      const source = await readFile(file, 'utf8');
      const names = source.matchAll(/^export (?:(?:const|function|class) |\{ \w+ as )(\w+)/gm);
      const exported = [...names].map(([, name]) => `nothing as ${name}`);
      return { contents: `function nothing() { return {}; } export { ${exported.join(', ')} };` };
    });
  },
};

/** Of its own package.json an AWS client reads the version. */
const versionsOnly: Plugin = {
  name: 'versions-only',
  setup({ onLoad }) {
    onLoad({ filter: /@aws-sdk[\\/]client-[^\\/]+[\\/]package\.json$/ }, async ({ path: file }) => {
      const { version }: { version: unknown } = JSON.parse(await readFile(file, 'utf8'));
      return { contents: JSON.stringify({ version }), loader: 'json' };
    });
  },
};

/**
 * A schema is compiled at its first use, which pays off after some thousand: only the function that reads
 * every webhook uses any that often.
 */
const uncompiledSchemas: Plugin = {
  name: 'uncompiled-schemas',
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]zod[\\/]v4[\\/]core[\\/]core\.js$/ }, async ({ path: file }) => ({
      contents: `${await readFile(file, 'utf8')}\nglobalConfig.jitless = true;`,
    }));
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

/** Bundles functions by one esbuild call. */
async function bundle(
  sources: Readonly<Record<string, FunctionSource>>,
  ...plugins: Plugin[]
): Promise<void> {
  const entryPoints = Object.entries(sources).flatMap(([id, { entry, lazy }]) => [
    { in: path.join(root, entry), out: `${id}/index` },
    ...lazy.map((part) => ({
      in: path.join(root, part),
      out: `${id}/${lazyFile(part).replace(/\.mjs$/, '')}`,
    })),
  ]);
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
    // Packages bring copies of their own, which are the same but for their version.
    alias: { '@aws-sdk/client-s3': './node_modules/@aws-sdk/client-s3' },
    // Node builds web streams at their first mention; Node's own are all that a function meets.
    define: { ReadableStream: 'undefined' },
    plugins: [
      ...[
        lazyBuiltins,
        jsonClients,
        lambdaCredentials,
        noConfigFiles,
        noEventStreams,
        neverRun,
        versionsOnly,
      ],
      ...[lazyParts, ...plugins],
    ],
  });
  assertLazyPartsExist(metafile.outputs);
}

/**
 * Bundles every function into `index.mjs` in its `bundleDirectory`, where it stays until the process
 * ends: the synthesis copies it.
 */
export async function bundleFunctions(): Promise<void> {
  process.once('exit', () => rmSync(outdir, { recursive: true, force: true }));
  const { normalise, ...others } = functionSources;
  await Promise.all([bundle({ normalise }), bundle(others, uncompiledSchemas)]);
}
