import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { build, transform } from 'esbuild';

const root = path.resolve(import.meta.dirname, '../..');

/** One import that exists at run time: imports of types alone are gone. */
export interface Import {
  /** A file of the project, or a package's module. */
  path: string;
  /** By `import()`. */
  isLazy: boolean;
}

/** One source file. */
export interface Module {
  /** With forward slashes, from the project's root. */
  file: string;
  imports: Import[];
  lines: number;
  /** As it runs: without types and comments. */
  code: string;
}

/** Every source file of the project. */
export async function readModules(): Promise<Module[]> {
  const files = globSync(
    '{infra,lambdas,shared,local,ops,contract,client/src,examples,conformance,test}/**/*.{ts,js}',
    {
      cwd: root,
    },
  ).map((file) => file.replaceAll(path.sep, '/'));
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: files,
    outdir: 'never-written',
    write: false,
    bundle: true,
    splitting: true,
    packages: 'external',
    platform: 'node',
    format: 'esm',
    metafile: true,
    logLevel: 'silent',
  });
  return Promise.all(
    files.map(async (file) => {
      const source = readFileSync(path.join(root, file), 'utf8');
      const { code } = await transform(source, {
        loader: 'ts',
        legalComments: 'none',
        tsconfigRaw: { compilerOptions: { verbatimModuleSyntax: true } },
      });
      const imports = metafile.inputs[file]?.imports ?? [];
      return {
        file,
        imports: imports.map(({ path, kind }) => ({ path, isLazy: kind === 'dynamic-import' })),
        lines: source.trimEnd().split('\n').length,
        code,
      };
    }),
  );
}
