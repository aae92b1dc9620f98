import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { bodyFor, readFixtures } from '../../local/meta/fixtures.ts';
import { type BootedStack, bootStack, numbers } from './stack.ts';

let booted: BootedStack;
beforeAll(async () => {
  booted = await bootStack();
}, 60_000);
afterAll(() => booted?.stop());
jest.setTimeout(90_000);

/** Payloads that are addressed to one number or account alone, and to nobody else's. */
const fixtures = readFixtures().filter(
  ({ webhook }) => !/10229012934039[^8]|10654035224292[^2]/.test(JSON.stringify(webhook)),
);

/** Other payloads name the same people otherwise; an imported message is told unless the live one was faster. */
const dependent = ['contact.changed', 'message.imported'];

const isIndependent = ({ type }: { type: string }) => !dependent.includes(type);

function tally(types: readonly string[]): Record<string, number> {
  const groups = Map.groupBy(types, (type) => type);
  return Object.fromEntries([...groups].map(([type, { length }]) => [type, length]).sort());
}

it('every documented payload is answered 200 and becomes its events', async () => {
  expect(fixtures.length).toBeGreaterThan(110);
  for (const fixture of fixtures) {
    const answer = await booted.post(bodyFor(fixture, numbers.north));
    expect([fixture.name, answer.status]).toEqual([fixture.name, 200]);
  }
  const expected = fixtures
    .flatMap(({ events }) => events)
    .filter((type) => isIndependent({ type }));
  const events = await booted.inbox(expected.length, isIndependent);
  expect(tally(events.map(({ type }) => type))).toEqual(tally(expected));
  expect(new Set(events.map(({ organizationId }) => organizationId))).toEqual(new Set(['north']));
  expect(booted.complaints.filter((line) => /denied|not allow/i.test(line))).toEqual([]);
});
