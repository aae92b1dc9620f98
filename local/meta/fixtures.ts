import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { isJsonObject } from '../../shared/json.ts';

/** The payloads that the tests know the events of. */
const directory = path.resolve(import.meta.dirname, '../../test/fixtures/inbound');

/** The numbers and accounts that the payloads are addressed to. */
const addressees = {
  wabaId: '102290129340398',
  phoneNumberId: '106540352242922',
};

const fixtureSchema = z.looseObject({
  webhook: z.unknown(),
  events: z.array(z.looseObject({ type: z.string() })),
});

/** A documented payload of Meta's, and the events that it becomes. */
export interface Fixture {
  name: string;
  webhook: unknown;
  /** The types of the events, in order. */
  events: string[];
}

/** Reads every payload. */
export function readFixtures(): Fixture[] {
  return readdirSync(directory).map((file) => {
    const json: unknown = JSON.parse(readFileSync(path.join(directory, file), 'utf8'));
    const { webhook, events } = fixtureSchema.parse(json);
    return { name: path.parse(file).name, webhook, events: events.map(({ type }) => type) };
  });
}

/** What a payload reports: `messages text`, `messages status read`, `account_update VERIFIED_ACCOUNT`, ... */
export function subjectsOf(webhook: unknown): string[] {
  const entries = listIn(webhook, 'entry');
  const changes = entries.flatMap((entry) => listIn(entry, 'changes'));
  return [...new Set(changes.flatMap(subjectsOfChange))];
}

function subjectsOfChange(change: unknown): string[] {
  const field = textIn(change, 'field');
  const value = isJsonObject(change) ? change['value'] : undefined;
  const messages = ['messages', 'message_echoes'].flatMap((name) => listIn(value, name));
  const parts = [
    ...messages.map((message) => textIn(message, 'type')),
    ...listIn(value, 'statuses').map((status) => `status ${textIn(status, 'status')}`),
    ...listIn(value, 'groups').map((group) => textIn(group, 'type')),
    ...listIn(value, 'calls').map((call) => textIn(call, 'event')),
  ];
  const whole = parts.length > 0 ? parts : [textIn(value, 'event')];
  return whole.map((part) => `${field} ${part}`.trim());
}

function listIn(holder: unknown, name: string): unknown[] {
  const list = isJsonObject(holder) ? holder[name] : undefined;
  return Array.isArray(list) ? list : [];
}

function textIn(holder: unknown, name: string): string {
  const text = isJsonObject(holder) ? holder[name] : undefined;
  return typeof text === 'string' ? text : '';
}

/** The second that the payloads' own times count from. */
const epochSeconds = 1_763_800_000;

let sent = 0;

/** A payload as a body for the demo organisation, with ids and times of now: a repeat would be a duplicate. */
export function bodyFor(
  { webhook }: Fixture,
  { wabaId, phoneNumberId }: typeof addressees,
): string {
  const run = randomUUID().slice(0, 8);
  // Two payloads may say the same: a second apart they are not the same report.
  const now = Math.floor(Date.now() / 1000) + sent++;
  return JSON.stringify(webhook)
    .replaceAll(addressees.wabaId, wabaId)
    .replaceAll(addressees.phoneNumberId, phoneNumberId)
    .replace(/"(wamid|wacid)\.([^"]*)"/g, `"$1.$2${run}"`)
    .replace(/\b17638\d{5}\b/g, (second) => String(now + Number(second) - epochSeconds));
}
