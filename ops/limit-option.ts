import { CommandError } from './command-error.ts';

/** What --limit says; without it all. @throws CommandError where it is no number of things */
export function limitOf(text = 'Infinity'): number {
  const number = Number(text);
  if (text !== 'Infinity' && (!Number.isInteger(number) || number < 1)) {
    throw new CommandError(`--limit must be a whole number from 1, not ${text}.`);
  }
  return number;
}
