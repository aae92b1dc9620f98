import { existsSync } from 'node:fs';
import { copyFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { BootError } from '../boot-error.ts';
import { runCommand } from './run-command.ts';

/** Told of the interpreter: MiniStack asks for it. */
const isRecent = 'import sys; print(sys.version_info >= (3, 10))';

async function findPython(): Promise<string> {
  for (const command of ['python3', 'python']) {
    const answer = await runCommand(command, ['-c', isRecent]).catch(() => '');
    if (answer.trim() === 'True') return command;
  }
  throw new BootError(
    'This needs Python 3.10 or newer as "python3" on the PATH: https://www.python.org/downloads/',
  );
}

/**
 * A private Python environment with exactly the packages of a requirements file. What is there from an
 * earlier run is used again.
 * @returns its interpreter
 * @throws BootError without Python 3.10, or where the packages cannot be had
 */
export async function pythonWith(requirements: string, directory: string): Promise<string> {
  const bin = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
  const python = path.join(directory, bin);
  const installed = path.join(directory, 'installed.txt');
  const wanted = await readFile(requirements, 'utf8');
  if (existsSync(installed) && (await readFile(installed, 'utf8')) === wanted) return python;
  await rm(directory, { recursive: true, force: true });
  try {
    await runCommand(await findPython(), ['-m', 'venv', directory]);
    const quick = ['--disable-pip-version-check', '--no-input', '--retries', '1', '--timeout', '20'];
    await runCommand(python, ['-m', 'pip', 'install', '--quiet', ...quick, '-r', requirements]);
  } catch (error) {
    throw new BootError(
      `${error instanceof Error ? error.message : error}\n\nMiniStack comes from the Python Package Index: are pip and venv there, and can they reach it?`,
    );
  }
  await copyFile(requirements, installed);
  return python;
}
