import { createWriteStream, mkdirSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import * as z from 'zod';

/** What a structured log line says at least. */
const lineSchema = z.object({
  level: z.string(),
  message: z.union([
    z.string(),
    // Of the runtime itself.
    z.object({ errorMessage: z.string() }).transform(({ errorMessage }) => errorMessage),
  ]),
});

const maxShownCharacters = 240;

/** Where a function's output goes. */
export interface FunctionLog {
  /** Copies a process's output line by line, until it ends. */
  follow(output: Readable): void;
  write(line: string): void;
  /** The last lines, for an error message. */
  tail(): string;
  /** Resolves when everything is on the disk. */
  close(): Promise<void>;
}

/** What to show of a line in the terminal: warnings and errors, of Powertools or of the runtime. */
function problemIn(line: string): string | undefined {
  if (!line.startsWith('{')) return line.match(/\t((?:ERROR|WARN|FATAL)\t.*)/)?.[1];
  try {
    const { data } = lineSchema.safeParse(JSON.parse(line));
    return data && /^(warn|error|fatal|critical)/i.test(data.level)
      ? `${data.level.toUpperCase()} ${data.message}`
      : undefined;
  } catch {
    return undefined;
  }
}

/** Opens `<directory>/<name>.log` anew; `report` gets the warnings and errors. */
export function openFunctionLog(
  directory: string,
  name: string,
  report: (line: string) => void,
): FunctionLog {
  mkdirSync(directory, { recursive: true });
  const file = createWriteStream(path.join(directory, `${name}.log`));
  const recent: string[] = [];
  const write = (line: string): void => {
    file.write(`${line}\n`);
    recent.push(line);
    if (recent.length > 20) recent.shift();
    const problem = problemIn(line);
    if (problem) report(`${name}: ${problem.slice(0, maxShownCharacters)}`);
  };
  return {
    write,
    follow: (output) => {
      createInterface({ input: output, crlfDelay: Number.POSITIVE_INFINITY }).on('line', write);
    },
    tail: () => recent.join('\n'),
    close: async () => {
      file.end();
      await finished(file);
    },
  };
}
