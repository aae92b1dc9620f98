import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { eventsDocument } from './events.ts';
import { apiMarkdown, eventsMarkdown } from './markdown.ts';
import { openApiDocument } from './openapi.ts';

const root = path.resolve(import.meta.dirname, '..');

/** Every published document, by its path from the project's root. */
export function documents(): Record<string, string> {
  const { version } = z
    .object({ version: z.string() })
    .parse(JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')));
  const openApi = openApiDocument(version);
  const events = eventsDocument();
  return {
    'docs/openapi.json': json(openApi),
    'docs/events.schema.json': json(events),
    'docs/api.md': apiMarkdown(openApi),
    'docs/events.md': eventsMarkdown(events),
  };
}

/** The documents that are not what would be generated now. */
export function outdated(): string[] {
  return Object.entries(documents())
    .filter(([file, text]) => textOf(file) !== text)
    .map(([file]) => file);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

function json(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

if (import.meta.main) {
  if (process.argv.includes('--check')) {
    const files = outdated();
    for (const file of files) {
      process.stderr.write(`${file} is not up to date: npm run contract\n`);
    }
    process.exitCode = files.length > 0 ? 1 : 0;
  } else {
    for (const [file, text] of Object.entries(documents())) {
      writeFileSync(path.join(root, file), text);
    }
  }
}
