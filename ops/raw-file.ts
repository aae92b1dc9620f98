import { writeFileSync } from 'node:fs';
import { CommandError } from './command-error.ts';

/**
 * Writes what may hold messages and phone numbers into a new file, one JSON text a line, that only its
 * owner can read. @throws CommandError where there is such a file, or it cannot be written
 */
export function writeRaw(file: string, values: readonly unknown[]): void {
  const text = values.map((value) => `${JSON.stringify(value)}\n`).join('');
  try {
    writeFileSync(file, text, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError(`--raw needs the name of a new file: ${why}`);
  }
  console.log(`Written to ${file}. It holds messages of customers: delete it when you are done.`);
}
