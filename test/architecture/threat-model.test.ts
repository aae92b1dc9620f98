import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

/** The rows of the table of threats, each with the tests that it names. */
const threats = readFileSync('docs/threat-model.md', 'utf8')
  .split('\n')
  .filter((line) => /^\| T\d+ /.test(line))
  .map((line) => {
    const cells = line.split('|').map((cell) => cell.trim());
    const tests = [...(cells[5] ?? '').matchAll(/`(test\/[\w/.-]+)` (.+?)(?=<br>|$)/g)];
    return { id: cells[1], tests: tests.map(([, file = '', name = '']) => ({ file, name })) };
  });

describe('the threat model', () => {
  it('numbers its threats', () => {
    expect(threats.length).toBeGreaterThan(30);
    expect(threats.map(({ id }) => id)).toEqual(threats.map((_threat, index) => `T${index + 1}`));
  });

  it.each(threats)('$id has tests, and they are there', ({ tests }) => {
    expect(tests).not.toEqual([]);
    const gone = tests.filter(
      ({ file, name }) => !existsSync(file) || !readFileSync(file, 'utf8').includes(name),
    );
    expect(gone).toEqual([]);
  });
});
