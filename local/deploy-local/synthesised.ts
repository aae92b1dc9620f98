import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { BootError } from '../boot-error.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

const manifestSchema = z.object({
  artifacts: z.record(z.string(), z.object({ environment: z.string().optional() })),
});

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, 'utf8'));
}

/** The stacks of an assembly by name, each with its resources by logical id. */
export async function templatesOf(assembly: string) {
  const files = (await readdir(assembly)).filter((name) => name.endsWith('.template.json'));
  return Promise.all(
    files.map(async (file) => {
      const { Resources } = templateSchema.parse(await readJson(path.join(assembly, file)));
      return { stack: file.replace('.template.json', ''), resources: Resources };
    }),
  );
}

/** The region of an assembly's stacks. @throws BootError where they name none */
export async function regionOf(assembly: string): Promise<string> {
  const manifest = manifestSchema.parse(await readJson(path.join(assembly, 'manifest.json')));
  for (const { environment } of Object.values(manifest.artifacts)) {
    const region = /\/([a-z]+-[a-z-]+-\d)$/.exec(environment ?? '')?.[1];
    if (region !== undefined) return region;
  }
  throw new BootError('The stage has no region: give it one in infra/config.ts');
}
