import { describe, expect, it } from '@jest/globals';
import { readModules } from './modules.ts';
import { rules } from './rules.ts';

const modules = await readModules();

describe('the sources', () => {
  it('are read with the imports that exist at run time', () => {
    const handler = modules.find(({ file }) => file === 'lambdas/ingest/normalise.handler.ts');
    const imported = handler?.imports.map(({ path }) => path);
    expect(imported).toContain('lambdas/ingest/normalise.ts');
    expect(imported).toContain('@aws-sdk/client-dynamodb');
    expect(imported).not.toContain('aws-lambda');
  });

  it('are read with the imports that are made when needed', () => {
    const lazy = modules.find(({ file }) => file === 'shared/storage/lazy-object-store.ts');
    expect(lazy?.imports).toContainEqual({
      path: 'shared/storage/object-store.s3.ts',
      isLazy: true,
    });
  });

  it.each(['infra', 'lambdas', 'shared', 'local', 'ops', 'contract', 'client', 'examples', 'test'])(
    'are read in %s/',
    (folder) => {
      expect(modules.some(({ file }) => file.startsWith(`${folder}/`))).toBe(true);
    },
  );
});

describe.each(rules)('$name', ({ violations, planted }) => {
  it('holds', () => {
    expect(violations(modules)).toEqual([]);
  });

  it('is noticed where it does not', () => {
    expect(violations(planted.modules)).toEqual(planted.violations);
  });
});
