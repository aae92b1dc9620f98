import { exec } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { isNativeError } from 'node:util/types';
import * as z from 'zod';
import { CommandError } from '../ops/command-error.ts';
import { parseJson } from '../shared/json.ts';
import { type Delivered, deliveredSchema } from './delivered.schema.ts';

const listSchema = z.array(deliveredSchema);
const maxReportBytes = 256 * 1024 * 1024;

/**
 * Reads what a receiver reports to have delivered.
 * @param source an http(s) address to GET, a file, or a command that prints it
 * @throws CommandError where there is no report, or it is not as docs/conformance.md has it
 */
export async function readReport(source: string): Promise<Delivered[]> {
  const text = await textOf(source).catch((error: unknown) => {
    throw new CommandError(
      `There is no report from ${source}: ${isNativeError(error) ? error.message : error}`,
    );
  });
  const whole = parseJson(text);
  const values =
    whole.ok && Array.isArray(whole.value)
      ? whole.value
      : text.split('\n').flatMap((line) => (line.trim() ? [lineOf(line)] : []));
  const { data, error } = listSchema.safeParse(values);
  if (!data) {
    throw new CommandError(
      `The report from ${source} is not as docs/conformance.md has it:\n${z.prettifyError(error)}`,
    );
  }
  return data;
}

async function textOf(source: string): Promise<string> {
  if (/^https?:/.test(source)) {
    const response = await fetch(source, { signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    return response.text();
  }
  if (existsSync(source)) return readFileSync(source, 'utf8');
  const { stdout } = await promisify(exec)(source, { maxBuffer: maxReportBytes });
  return stdout;
}

function lineOf(line: string): unknown {
  const parsed = parseJson(line);
  return parsed.ok ? parsed.value : line;
}
