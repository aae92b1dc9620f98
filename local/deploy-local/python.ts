import { existsSync } from 'node:fs';
import { copyFile, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { BootError } from '../boot-error.ts';
import { runCommand } from './run-command.ts';

/** MiniStack's own condition. */
const isRecent = 'import sys; print(sys.version_info >= (3, 10))';

const pipInstall = [
  ...['-m', 'pip', 'install', '--quiet', '--no-input', '--disable-pip-version-check'],
  // Where there is no way to the index, this says so within seconds and not minutes.
  ...['--retries', '1', '--timeout', '20'],
];

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
  const systemPython = await findPython();
  await rm(directory, { recursive: true, force: true });
  try {
    await runCommand(systemPython, ['-m', 'venv', directory]);
    await runCommand(python, [...pipInstall, '-r', requirements]);
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    throw new BootError(
      `${cause}\n\nPython needs its modules pip and venv, and a way to the Python Package Index.`,
    );
  }
  await copyFile(requirements, installed);
  return python;
}
