import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';

const root = path.resolve(import.meta.dirname, '../..');
const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');

it('docs/troubleshooting.md leads to rows that the doctor has', () => {
  const named = [...text('docs/troubleshooting.md').matchAll(/^\| [a-z][^|]+\| ([A-Z][^|]+)\|/gm)]
    .flatMap(([, rows = '']) => rows.split(/[;,]/))
    .map((row) => row.trim());
  const doctor = globSync(['shared/doctor/*.ts', 'ops/*.ts'], { cwd: root }).map(text).join('');
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((row) => !new RegExp(`['"]${row}['"]`).test(doctor))).toEqual([]);
});
