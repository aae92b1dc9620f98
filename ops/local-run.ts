import { readFileSync } from 'node:fs';
import path from 'node:path';
import type * as z from 'zod';
import { parseJson } from '../shared/json.ts';
import { CommandError } from './command-error.ts';

/** Where "npm start" says where it is; another file for a stack that was booted otherwise. */
const stackFile =
  process.env['WHATSAPP_LOCAL_RUN'] ?? path.resolve(import.meta.dirname, '../.local/stack.json');

/**
 * What "npm start" says of itself.
 * @param instead what to do without it, for a person
 * @throws CommandError where it is not running, or says something else
 */
export function readLocalRun<Schema extends z.ZodType>(
  schema: Schema,
  instead: string,
): z.output<Schema> {
  let text = '';
  try {
    text = readFileSync(stackFile, 'utf8');
  } catch {
    // Told below, as a file that is none.
  }
  const json = parseJson(text);
  const stack = schema.safeParse(json.ok ? json.value : undefined);
  if (!stack.success) {
    throw new CommandError(`The local run is not up: "npm start" first, or ${instead}.`);
  }
  return stack.data;
}
