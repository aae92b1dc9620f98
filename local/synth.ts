import { createHash, randomUUID } from 'node:crypto';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { BootError } from './boot-error.ts';
import { spawnTied } from './child.ts';

const root = path.resolve(import.meta.dirname, '..');

/** What an assembly is made of. */
const inputs = ['{infra,lambdas,shared}/**', 'package-lock.json', 'cdk.json', 'tsconfig.json'];

/** Assemblies kept per stage: a run that is still going may load code from an older one. */
const keptAssemblies = 4;

const cdkJsonSchema = z.object({ context: z.record(z.string(), z.unknown()).default({}) });

/** What the CDK app takes by `-c`. */
interface CdkContext {
  stage: string;
  eventsEndpoint?: string | undefined;
}

/** An assembly's directory, and whether this call had to make it. */
export interface Synthesis {
  directory: string;
  changed: boolean;
}

function stampOf(context: CdkContext): string {
  const hash = createHash('sha256').update(`${JSON.stringify(context)} ${process.version}`);
  const files = inputs
    .flatMap((pattern) => globSync(pattern, { cwd: root, withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.includes('.test.'))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    hash.update(`\0${path.relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Runs the CDK app with the context that `cdk synth` would give it. */
async function runApp(chosen: CdkContext, outdir: string): Promise<void> {
  const { context } = cdkJsonSchema.parse(
    JSON.parse(readFileSync(path.join(root, 'cdk.json'), 'utf8')),
  );
  const child = spawnTied(process.execPath, ['infra/app.ts'], {
    cwd: root,
    env: {
      ...process.env,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...chosen }),
    },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const code = await new Promise((resolve) => child.once('close', resolve));
  if (code !== 0) {
    throw new BootError(
      `${output.trim()}\n\nThe stack does not synthesise: correct what infra/app.ts reports above, then try again.`,
    );
  }
}

async function removeOldAssemblies(parent: string): Promise<void> {
  const directories = (await readdir(parent)).map((name) => path.join(parent, name));
  const aged = await Promise.all(
    directories.map(async (directory) => {
      const made = await stat(directory).catch(() => undefined); // another run's draft, renamed
      return { directory, mtimeMs: made?.mtimeMs ?? Number.POSITIVE_INFINITY };
    }),
  );
  const old = aged.sort((a, b) => b.mtimeMs - a.mtimeMs).slice(keptAssemblies);
  await Promise.all(old.map(({ directory }) => rm(directory, { recursive: true, force: true })));
}

/**
 * Synthesises a stage into `.local/assembly/<stage>/<stamp>`, unless its inputs are the ones an
 * assembly there was made of. The assembly is made elsewhere and renamed: it exists whole or not at
 * all, and of two processes that make the same one at once the slower uses the faster one's.
 * Throws a `BootError` with the CDK app's own output where that fails.
 * @param eventsEndpoint the stage's, for one that has none
 */
export async function ensureSynth(stage = 'dev', eventsEndpoint?: string): Promise<Synthesis> {
  const context = { stage, eventsEndpoint };
  const parent = path.join(root, '.local/assembly', eventsEndpoint ? `${stage}-endpoint` : stage);
  const directory = path.join(parent, stampOf(context));
  if (existsSync(directory)) return { directory, changed: false };
  const draft = path.join(parent, `draft-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await runApp(context, draft);
    await rename(draft, directory);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(directory)) throw error;
  }
  await removeOldAssemblies(parent);
  return { directory, changed: true };
}
