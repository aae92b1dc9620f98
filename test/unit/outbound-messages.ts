import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const directory = path.resolve(import.meta.dirname, '../fixtures/outbound/messages');

const messageSchema = z.record(z.string(), z.unknown());

/** Every valid message there is an example of, by name. */
export const examples: ReadonlyMap<string, Record<string, unknown>> = new Map(
  readdirSync(directory).map((file) => [
    path.basename(file, '.json'),
    messageSchema.parse(JSON.parse(readFileSync(path.join(directory, file), 'utf8'))),
  ]),
);

/** A message to one person, of the type whose content is given. */
export function to(content: Record<string, unknown>): Record<string, unknown> {
  return { to: '+16505551234', type: Object.keys(content)[0], ...content };
}

/** An interactive message of text, with what else is given. */
export function interactive(
  type: string,
  action: unknown,
  more: Record<string, unknown> = {},
): Record<string, unknown> {
  return to({ interactive: { type, body: { text: 'Hello' }, action, ...more } });
}

/** What a schema finds wrong, each as `path: message`. */
export function problemsOf(schema: z.ZodType, input: unknown): string[] {
  const { error } = schema.safeParse(input);
  return (error?.issues ?? []).map((issue) => `${z.core.toDotPath(issue.path)}: ${issue.message}`);
}
