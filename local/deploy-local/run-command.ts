import { once } from 'node:events';
import path from 'node:path';
import { BootError } from '../boot-error.ts';
import { spawnTied } from '../child.ts';

const root = path.resolve(import.meta.dirname, '../..');

/** Of what a failed command printed, what is shown. */
const shownLines = 40;

/**
 * Runs a command in the project's folder to its end. It dies with this process.
 * @param env all of its environment
 * @returns what it printed
 * @throws BootError with the end of that, where the command fails or is not there
 */
export async function runCommand(
  command: string,
  args: string[],
  env: Record<string, string | undefined> = process.env,
): Promise<string> {
  const child = spawnTied(command, args, { cwd: root, env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  const [code] = await once(child, 'close').catch((error) => [String(error)]);
  if (code === 0) return output;
  const end = output.trimEnd().split('\n').slice(-shownLines).join('\n');
  throw new BootError(`${end}\n\n"${[path.basename(command), ...args].join(' ')}" failed: ${code}`);
}
