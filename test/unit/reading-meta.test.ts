import { describe, expect, it } from '@jest/globals';
import { metaTime } from '../../lambdas/ingest/interpret/meta-time.ts';
import { ContactBook } from '../../lambdas/ingest/interpret/person.ts';
import { parseJson } from '../../shared/json.ts';
import { lastMs, rfc3339 } from '../../shared/rfc3339.ts';

describe('metaTime', () => {
  const receivedAt = '2026-11-22T10:00:00.000Z';
  it.each<[unknown, string]>([
    ['1763800000', '2025-11-22T08:26:40.000Z'],
    [1763800000, '2025-11-22T08:26:40.000Z'],
    ['1763800000123', '2025-11-22T08:26:40.123Z'],
    [undefined, receivedAt],
    ['', receivedAt],
    ['soon', receivedAt],
    ['0', receivedAt],
    [-5, receivedAt],
    [Number.NaN, receivedAt],
    [{}, receivedAt],
    ['9'.repeat(30), receivedAt],
    ['1795428000', '2026-11-23T10:00:00.000Z'],
    ['1795428001', receivedAt],
  ])('reads %j as %s', (timestamp, expected) => {
    expect(metaTime(timestamp, receivedAt)).toBe(expected);
  });
});

describe('rfc3339', () => {
  it('is what Date makes of a time', () => {
    const steps = Array.from({ length: 1000 }, (_, index) => Math.trunc((index / 999) * lastMs));
    for (const ms of [...steps, 951_782_400_000, 951_868_799_999.9]) {
      expect(rfc3339(ms)).toBe(new Date(ms).toISOString());
    }
  });
});

describe('ContactBook', () => {
  const contacts = new ContactBook({
    contacts: [
      null,
      { wa_id: '966500000001', profile: { name: 'Aisha' } },
      { user_id: 'SA.2', profile: { name: 'Badr', username: 'badr' } },
      { wa_id: '', user_id: 'SA.3', parent_user_id: 'SA.ENT.3' },
    ],
  });

  it.each([
    ['by phone', { phone: '966500000001' }, { phone: '+966500000001', name: 'Aisha' }],
    ['by phone with +', { phone: '+966500000001' }, { phone: '+966500000001', name: 'Aisha' }],
    ['by BSUID', { userId: 'SA.2' }, { userId: 'SA.2', username: 'badr', name: 'Badr' }],
    ['by a BSUID in the wrong place', { phone: 'SA.2' }, { userId: 'SA.2', name: 'Badr' }],
    ['with "" as absent', { userId: 'SA.3' }, { userId: 'SA.3', parentUserId: 'SA.ENT.3' }],
    ['who is not listed', { phone: '447700900001' }, { phone: '+447700900001' }],
  ])('finds a person %s', (_how, ids, expected) => {
    expect(contacts.personOf(ids)).toMatchObject(expected);
  });

  it('never takes the first contact for want of a better one', () => {
    expect(contacts.personOf({ phone: '447700900001' })).not.toHaveProperty('name');
    expect(contacts.personOf({})).toEqual({});
  });

  it('takes the only contact where the element names nobody', () => {
    const only = new ContactBook({ contacts: [{ user_id: 'SA.2' }] });
    expect(only.personOf({})).toEqual({ userId: 'SA.2' });
  });

  it('keeps an id in the wrong place apart from the one in the right place', () => {
    const only = new ContactBook({ contacts: [{ wa_id: 'SA.2', user_id: 'SA.3' }] });
    expect(only.personOf({ phone: 'SA.2' })).toEqual({ userId: 'SA.2' });
    expect(only.personOf({ userId: 'SA.3' })).toEqual({ userId: 'SA.3' });
  });

  it.each([
    ['BSUID', 'S.22222'],
    ['BSUID', 'sa.2'],
    ['BSUID', 'SA-2'],
    ['BSUID', 'SA.'],
    ['BSUID', 'SA.é'],
    ['BSUID', `SA.${'2'.repeat(141)}`],
    ['phone number', '1234'],
    ['phone number', '1'.repeat(21)],
    ['phone number', '+'],
    ['phone number', '++12345'],
    ['phone number', '12345\u0661'],
  ])('knows what is no %s: %s', (_what, id) => {
    const nobody = new ContactBook(undefined);
    expect(nobody.personOf({ phone: id, userId: id, parentUserId: id })).toEqual({});
  });

  it('ignores ids that are none', () => {
    expect(new ContactBook({}).personOf({ phone: 'foo', userId: 'foo_bar' })).toEqual({});
  });
});

describe('parseJson', () => {
  it('keeps integers that a number cannot hold', () => {
    const text =
      '{"small":1689556908129832,"large":12345678901234567890,"half":0.5,"in":"9999999999999999999"}';
    expect(parseJson(text)).toEqual({
      ok: true,
      value: {
        small: 1689556908129832,
        large: '12345678901234567890',
        half: 0.5,
        in: '9999999999999999999',
      },
    });
  });

  it.each([
    ['{"a":[[1]]}', true],
    [`${'['.repeat(64)}${']'.repeat(64)}`, true],
    [`${'['.repeat(65)}${']'.repeat(65)}`, false],
    [`["${'['.repeat(100)}"]`, true],
    [`["\\"${'['.repeat(100)}"]`, true],
    [`["\\\\",${'['.repeat(65)}${']'.repeat(65)}]`, false],
    [`["${'['.repeat(100)}`, false],
    ['', false],
  ])('reads %s: %s', (text, ok) => {
    expect(parseJson(text).ok).toBe(ok);
  });
});
