import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { bodyFor, readFixtures } from '../../local/meta/fixtures.ts';
import { expectMonitored } from './monitored.ts';
import { queueWorked, replayed } from './replayed.ts';
import { type BootedStack, bootStack, numbers, textMessage, webhookFor } from './stack.ts';

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

it('a replay of the day tells nothing new, also of what was archived at the second attempt', async () => {
  await queueWorked(booted.stack);
  const before = await everythingTold('wamid.before');
  await booted.fail({ service: 'firehose', function: 'Normalise', error: 'accessDenied' });
  const last = await everythingTold('wamid.last');
  // It is told before it is archived.
  await queueWorked(booted.stack);
  expect(booted.logs()).toContain('A step failed');
  expect(await replayed(booted.stack, '--message', 'wamid.last')).toMatchObject({
    code: 0,
    out: expect.stringContaining('queued again: 1, of'),
  });
  expect(await replayed(booted.stack)).toMatchObject({
    code: 0,
    out: expect.stringMatching(/queued again: \d{3,}, of/),
  });
  const after = await everythingTold('wamid.after');
  expect([last.length - before.length, after.length - last.length]).toEqual([1, 1]);
});

it('dashboards and saved queries find what they show', async () => {
  await expectMonitored('documented', booted.logs);
});

/** All events, once a message has come through. */
async function everythingTold(id: string) {
  await booted.deliver(webhookFor(numbers.north, { messages: [textMessage(id, '')] }));
  await booted.inbox(1, (event) => event.type === 'message.received' && event.message.id === id);
  return booted.inbox(0, () => true);
}
