import { stripVTControlCharacters } from 'node:util';
import { expect, it } from '@jest/globals';
import { progressDisplay } from '../../ops/connect-progress.ts';

const at = '2026-11-22T10:00:00.000Z';

/** The marks on the screen, in their order. */
function marksOf(text: string): string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => stripVTControlCharacters(line).slice(2, 6).trim());
}

it('keeps the list in its place on a terminal', () => {
  const written: string[] = [];
  const display = progressDisplay((text) => written.push(text), {
    columns: 100,
    colours: true,
  });
  display.show({ steps: {}, isRunning: true });
  display.show({ steps: { grants: at }, isRunning: true });
  display.show({ steps: { grants: at }, failedStep: 'numbers', isRunning: false });
  const [first = '', second = '', third = ''] = written;
  expect(first).not.toContain('\u001b[9A');
  expect(marksOf(first)).toEqual(['...', '', '', '', '', '', '', '', '']);
  expect(second.startsWith('\u001b[9A')).toBe(true);
  expect(marksOf(second).slice(0, 3)).toEqual(['done', '...', '']);
  expect(third.startsWith('\u001b[9A')).toBe(true);
  expect(marksOf(third).slice(0, 3)).toEqual(['done', 'FAIL', '']);
});

it('begins a new list under what was said after the last one', () => {
  const written: string[] = [];
  const display = progressDisplay((text) => written.push(text), {
    columns: 100,
    colours: false,
  });
  display.show({ steps: {}, failedStep: 'grants', isRunning: false });
  display.show({ steps: {}, isRunning: true });
  expect(written[1]).not.toContain('\u001b[9A');
});

it('keeps each step on one line of a narrow terminal', () => {
  const written: string[] = [];
  const display = progressDisplay((text) => written.push(text), { columns: 30, colours: true });
  display.show({ steps: {}, isRunning: true });
  const lines = stripVTControlCharacters(written.join('')).trimEnd().split('\n');
  expect(lines).toHaveLength(9);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThan(30);
});
