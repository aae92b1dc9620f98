import path from 'node:path';
import { createTransformer } from '@swc/jest';
import { plantedBugSchema, plantedBugVariable } from './planted-bug.schema.ts';

const root = path.resolve(import.meta.dirname, '../..');

const variable = process.env[plantedBugVariable];

const bug = variable === undefined ? undefined : plantedBugSchema.parse(JSON.parse(variable));

function plant(source: string, file: string): string {
  if (!bug || path.relative(root, file) !== bug.file) return source;
  const [before = '', after, ...more] = source.split(bug.correct);
  if (after === undefined || more.length > 0) {
    throw new Error(`${bug.file} has not exactly one ${JSON.stringify(bug.correct)}`);
  }
  return before + bug.wrong + after;
}

/** Jest's transformer, with a bug planted into the code under test: no file on the disk is changed. */
// biome-ignore lint/style/noDefaultExport: jest takes nothing else
export default {
  createTransformer(options: Parameters<typeof createTransformer>[0]) {
    const swc = createTransformer(options);
    const process: NonNullable<typeof swc.process> = (source, file, to) =>
      swc.process?.(plant(source, file), file, to) ?? { code: source };
    const getCacheKey: NonNullable<typeof swc.getCacheKey> = (source, file, to) =>
      swc.getCacheKey?.(plant(source, file), file, to) ?? '';
    return { process, getCacheKey };
  },
};
