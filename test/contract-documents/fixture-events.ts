import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';

const directory = path.resolve(import.meta.dirname, '../fixtures/inbound');
const fixtureSchema = z.object({ events: z.array(z.record(z.string(), z.unknown())) });

/** The events that every fixture's webhook becomes, and the fixture's name. */
export function readFixtureEvents(): { fixture: string; event: Record<string, unknown> }[] {
  return readdirSync(directory).flatMap((fixture) => {
    const text = readFileSync(path.join(directory, fixture), 'utf8');
    return fixtureSchema.parse(JSON.parse(text)).events.map((event) => ({ fixture, event }));
  });
}
