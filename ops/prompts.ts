import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { CommandError } from './command-error.ts';

/** Asks the person at the terminal. */
export interface Prompts {
  /** Asks until `complaint` has none. @returns the answer without spaces around it */
  ask(question: string, complaint: (answer: string) => string | undefined): Promise<string>;
  /** The same, and what is typed is not shown. */
  askHidden(question: string, complaint: (answer: string) => string | undefined): Promise<string>;
}

/**
 * Prompts on a terminal.
 * @param onInterrupt what Ctrl-C does
 * @throws CommandError from each question whose input ends
 */
export function promptsOn(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  onInterrupt: () => void,
): Prompts {
  async function answer(question: string, isHidden: boolean): Promise<string> {
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    const lines = createInterface({
      ...{ input, output: isHidden ? nowhere : output, terminal: true, historySize: 0 },
    });
    lines.once('SIGINT', onInterrupt);
    const ended = once(lines, 'close');
    if (isHidden) output.write(question);
    try {
      // It rejects at Ctrl-D alone.
      const answered = lines.question(isHidden ? '' : question).catch(() => undefined);
      const given = await Promise.race([answered, ended]);
      if (typeof given !== 'string') throw new CommandError('The input has ended.');
      return given.trim();
    } finally {
      lines.close();
      if (isHidden) output.write('\n');
    }
  }

  const until =
    (isHidden: boolean): Prompts['ask'] =>
    async (question, complaint) => {
      for (;;) {
        const given = await answer(question, isHidden);
        const wrong = complaint(given);
        if (wrong === undefined) return given;
        output.write(`${wrong}\n`);
      }
    };
  return { ask: until(false), askHidden: until(true) };
}
