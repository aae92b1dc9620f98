import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';

const module = path.resolve(import.meta.dirname, '../../local/child.ts');

/** Starts a child of its own, says its pid, and waits. */
const parent = `
const { spawnTied } = await import(${JSON.stringify(module)});
const child = spawnTied('/bin/sleep', ['60'], { cwd: '/', env: {} });
console.log(child.pid);
`;

/** A zombie, which only waits for somebody to ask how it ended, does not count. */
function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).startsWith(
      'Z',
    );
  } catch {
    return false;
  }
}

it('a tied child dies with a parent that is killed', async () => {
  const process = spawn('node', ['--input-type=module', '--eval', parent]);
  const [said] = await once(process.stdout, 'data');
  const pid = Number(said);
  expect(isRunning(pid)).toBe(true);
  process.kill('SIGKILL');
  while (isRunning(pid)) await delay(5);
});
