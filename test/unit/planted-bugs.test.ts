import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from '@jest/globals';
import { plantedBugs } from '../verify/planted-bugs.ts';

const root = path.resolve(import.meta.dirname, '../..');

it.each(Object.entries(plantedBugs))(
  'can still be planted: %s',
  (_name, { file, correct, suite }) => {
    const [, ...behind] = readFileSync(path.join(root, file), 'utf8').split(correct);
    expect(behind).toHaveLength(1);
    expect(() => readFileSync(path.join(root, suite))).not.toThrow();
  },
);
