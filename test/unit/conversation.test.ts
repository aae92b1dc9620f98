import { describe, expect, it } from '@jest/globals';
import type { Correspondent } from '../../lambdas/ingest/conversation.ts';
import * as conversations from '../../lambdas/ingest/conversation.ts';
import { MemoryTable } from '../fakes/memory-table.ts';

async function conversationOf(correspondent: Correspondent, at: string, aliases: MemoryTable) {
  return (await conversations.conversationOf(correspondent, at, aliases))?.conversationId;
}

const number = { organizationId: 'north', phoneNumberId: '2001' };
const phone = '966500000001';
const userId = 'SA.1';

function day(of: number): string {
  return `2026-11-${String(of).padStart(2, '0')}T10:00:00.000Z`;
}

describe('the conversation of a person', () => {
  it('is one for phone and BSUID together, and for each alone afterwards', async () => {
    const aliases = new MemoryTable([]);
    const both = await conversationOf({ ...number, phone, userId }, day(1), aliases);
    expect(await conversationOf({ ...number, phone }, day(2), aliases)).toBe(both);
    expect(await conversationOf({ ...number, userId }, day(2), aliases)).toBe(both);
  });

  it.each([{ phone }, { userId }])(
    'stays when %j becomes known by the other id too',
    async (first) => {
      const aliases = new MemoryTable([]);
      const before = await conversationOf({ ...number, ...first }, day(1), aliases);
      expect(await conversationOf({ ...number, phone, userId }, day(2), aliases)).toBe(before);
      expect(await conversationOf({ ...number, phone }, day(3), aliases)).toBe(before);
      expect(await conversationOf({ ...number, userId }, day(3), aliases)).toBe(before);
    },
  );

  it('survives a change of number', async () => {
    const aliases = new MemoryTable([]);
    const before = await conversationOf({ ...number, phone, userId }, day(1), aliases);
    const moved = { ...number, phone: '966500000009', userId };
    expect(await conversationOf(moved, day(2), aliases)).toBe(before);
    expect(await conversationOf({ ...number, phone: '966500000009' }, day(3), aliases)).toBe(
      before,
    );
  });

  it('is not the next owner’s of a phone number', async () => {
    const aliases = new MemoryTable([]);
    const first = await conversationOf({ ...number, phone, userId }, day(1), aliases);
    const second = await conversationOf({ ...number, phone, userId: 'SA.2' }, day(9), aliases);
    expect(second).not.toBe(first);
    expect(await conversationOf({ ...number, phone }, day(10), aliases)).toBe(second);
    expect(await conversationOf({ ...number, userId }, day(10), aliases)).toBe(first);
  });

  it('does not go back to a number’s former owner when an old message comes late', async () => {
    const aliases = new MemoryTable([]);
    await conversationOf({ ...number, phone, userId }, day(1), aliases);
    const now = await conversationOf({ ...number, phone, userId: 'SA.2' }, day(9), aliases);
    await conversationOf({ ...number, phone, userId }, day(2), aliases);
    expect(await conversationOf({ ...number, phone }, day(10), aliases)).toBe(now);
  });

  it('is another with another business number, another organisation, a group', async () => {
    const aliases = new MemoryTable([]);
    const all = await Promise.all(
      [
        { ...number, phone },
        { ...number, phoneNumberId: '2002', phone },
        { ...number, organizationId: 'south', phone },
        { ...number, groupId: 'g1', phone },
      ].map((correspondent) => conversationOf(correspondent, day(1), aliases)),
    );
    expect(new Set(all).size).toBe(all.length);
  });

  it('is one for all members of a group', async () => {
    const aliases = new MemoryTable([]);
    const one = await conversationOf({ ...number, groupId: 'g1', phone }, day(1), aliases);
    expect(await conversationOf({ ...number, groupId: 'g1', userId }, day(2), aliases)).toBe(one);
  });

  it('is found by many workers at once without two being made', async () => {
    const aliases = new MemoryTable([]);
    const found = await Promise.all(
      Array.from({ length: 30 }, (_, index) =>
        conversationOf(
          { ...number, ...(index % 2 === 0 ? { phone, userId } : { phone }) },
          day(1),
          aliases,
        ),
      ),
    );
    expect(new Set(found).size).toBe(1);
  });

  it('is none where nobody is named', async () => {
    expect(await conversationOf(number, day(1), new MemoryTable([]))).toBeUndefined();
  });
});

describe('a change of ids that Meta tells of', () => {
  const old = { phone, userId };

  it.each<[string, { phone?: string; userId?: string }, { phone?: string; userId?: string }]>([
    ['another number', old, { phone: '966500000009', userId: 'SA.9' }],
    ['another number, the old one alone named', { phone }, { phone: '966500000009' }],
    ['another BSUID', { userId }, { userId: 'SA.9' }],
    ['another BSUID under the same number', old, { phone, userId: 'SA.9' }],
  ])('keeps the conversation: %s', async (_what, formerly, now) => {
    const aliases = new MemoryTable([]);
    const before = await conversationOf({ ...number, ...old }, day(1), aliases);
    for (const at of [day(2), day(3)]) {
      expect(await conversationOf({ ...number, ...now, formerly }, at, aliases)).toBe(before);
    }
    expect(await conversationOf({ ...number, ...now }, day(4), aliases)).toBe(before);
  });

  it('never takes what is known to be somebody else’s', async () => {
    const aliases = new MemoryTable([]);
    const first = await conversationOf({ ...number, ...old }, day(1), aliases);
    const second = await conversationOf({ ...number, userId: 'SA.2' }, day(1), aliases);
    const change = { ...number, userId: 'SA.2', formerly: { userId } };
    expect(await conversationOf(change, day(2), aliases)).toBe(second);
    expect(await conversationOf({ ...number, userId }, day(3), aliases)).toBe(first);
  });
});

describe('a profile', () => {
  const person = { ...number, phone, userId };
  const seen = (name: string | undefined, of: number, aliases: MemoryTable) =>
    conversations.conversationOf({ ...person, profile: { name } }, day(of), aliases);

  it('is news when it differs, until it is written, and never from an older message', async () => {
    const aliases = new MemoryTable([]);
    expect(await seen('Aisha', 1, aliases)).not.toHaveProperty('newProfile');
    expect(await seen('Aisha', 2, aliases)).not.toHaveProperty('newProfile');
    expect(await seen(undefined, 2, aliases)).not.toHaveProperty('newProfile');
    const found = await seen('Aisha B', 3, aliases);
    expect(found?.newProfile?.alias).toMatchObject({ name: 'Aisha B', learntAt: day(3) });
    expect(await seen('Aisha B', 4, aliases)).toHaveProperty('newProfile');
    await aliases.write(found?.newProfile ? [found.newProfile] : []);
    expect(await seen('Aisha B', 5, aliases)).not.toHaveProperty('newProfile');
    expect(await seen('Aisha', 2, aliases)).not.toHaveProperty('newProfile');
  });
});
