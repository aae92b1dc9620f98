import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import * as z from 'zod';

const { packages } = z
  .object({
    packages: z.record(
      z.string(),
      z.object({ license: z.string().default('none'), dev: z.boolean().default(false) }),
    ),
  })
  .parse(JSON.parse(readFileSync('package-lock.json', 'utf8')));

/** They ask for nothing but their notice. */
const permissive = [
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'MIT-0',
  'Unlicense',
];

/** Weak copyleft: what it asks for concerns changes of its own files, and it is used as it is. */
const asItIs: Record<string, string> = { 'node_modules/mediabunny': 'MPL-2.0' };

function isAllowed([folder, { license }]: [string, { license: string }]): boolean {
  const choices = license.replace(/[()]/g, '').split(' OR ');
  return choices.some((choice) => permissive.includes(choice)) || asItIs[folder] === license;
}

it('what is deployed or run in production asks for nothing but its notice', () => {
  const production = Object.entries(packages).filter(([folder, { dev }]) => folder !== '' && !dev);
  expect(production.map(([folder]) => folder)).toContain('node_modules/zod');
  expect(production.filter((each) => !isAllowed(each))).toEqual([]);
});

it.each(['GPL-3.0-only', 'MIT AND GPL-3.0-only', 'MPL-2.0', 'none'])(
  '%s is not allowed',
  (license) => {
    expect(isAllowed(['node_modules/planted', { license }])).toBe(false);
  },
);
