import { describe, expect, it } from '@jest/globals';
import {
  type Change,
  elementCountOf,
  elementsOf,
  frameOf,
  phoneNumberIdOf,
  rawElement,
  wabaIdOf,
} from '../../lambdas/ingest/change.ts';
import type { Interpretation } from '../../lambdas/ingest/interpret/interpretation.ts';
import type { ItemIdentity } from '../../lambdas/ingest/interpret/item-identity.ts';
import { ContactBook } from '../../lambdas/ingest/interpret/person.ts';
import { isDashboardTest, ownersOf } from '../../lambdas/ingest/owners.ts';
import { cameBeforeTakeover, happenedBeforeTakeover } from '../../lambdas/ingest/takeover.ts';
import { cachedRoutes, rememberMs } from '../../shared/routing/cached-routes.ts';
import type { Route } from '../../shared/routing/route.port.ts';
import { MemoryObjectStore } from '../fakes/memory-object-store.ts';
import { MemoryTable } from '../fakes/memory-table.ts';

const receivedAt = '2026-11-22T10:00:00.000Z';

function changeOf(value: unknown, difference: Partial<Change> = {}): Change {
  return { entryId: '1001', field: 'messages', position: 0, value, ...difference };
}

describe('the number of a change', () => {
  it.each([
    [{ metadata: { phone_number_id: '2001' } }, '2001'],
    [{ metadata: { phone_number_id: 2001 } }, '2001'],
    [{ phone_number_settings: { phone_number_id: '2001' } }, '2001'],
    [{ recipient: { phone_number_id: '2001' } }, '2001'],
    [{ metadata: { phone_number_id: '2001' }, recipient: { phone_number_id: '2002' } }, '2001'],
    [{ metadata: { phone_number_id: '' }, recipient: { phone_number_id: '2002' } }, '2002'],
    [{ metadata: { phone_number_id: '' } }, undefined],
    [{ metadata: { phone_number_id: null } }, undefined],
    [{ metadata: { phone_number_id: ['2001'] } }, undefined],
    [{ metadata: 'phone_number_id' }, undefined],
    [{ waba_info: { waba_id: '1002' } }, undefined],
    ['2001', undefined],
    [null, undefined],
  ])('%j: %j', (value, number) => {
    expect(phoneNumberIdOf(changeOf(value))).toBe(number);
  });
});

describe('the WABA of a change', () => {
  it.each([
    [{ waba_info: { waba_id: '1002' } }, '1002'],
    [{ waba_info: { waba_id: 1002 } }, '1002'],
    [{ waba_info: { waba_id: '' } }, '1001'],
    [{ waba_info: {} }, '1001'],
    [{}, '1001'],
    [null, '1001'],
  ])('%j: %s', (value, waba) => {
    expect(wabaIdOf(changeOf(value))).toBe(waba);
  });
});

describe('the elements of a change', () => {
  it.each([
    ['messages', ['messages', 'statuses', 'errors', 'user_actions', 'conversation_context']],
    ['calls', ['calls', 'statuses', 'errors']],
    ['smb_message_echoes', ['message_echoes', 'errors']],
    ['message_echoes', ['message_echoes', 'errors']],
    ['history', ['history', 'messages', 'message_echoes', 'errors']],
    ['smb_app_state_sync', ['state_sync', 'errors']],
    ['user_preferences', ['user_preferences', 'errors']],
    ['user_id_update', ['user_id_update', 'errors']],
    ['automatic_events', ['automatic_events', 'errors']],
    ['group_lifecycle_update', ['groups', 'errors']],
    ['group_participants_update', ['groups', 'errors']],
    ['group_settings_update', ['groups', 'errors']],
    ['group_status_update', ['groups', 'errors']],
  ])('of %s stand in %j', (field, collections) => {
    const lists = collections.toReversed().map((name) => [name, [`of ${name}`]]);
    const frame = { metadata: { phone_number_id: '2001' }, contacts: [{ wa_id: '1' }] };
    const change = changeOf({ ...frame, ...Object.fromEntries(lists) }, { field, position: 7 });
    expect(elementsOf(change)).toEqual(
      collections.toReversed().map((collection, index) => ({
        ...{ collection, element: `of ${collection}`, position: 7 + index },
      })),
    );
    expect(elementCountOf(change)).toBe(collections.length);
    expect(frameOf(change)).toEqual(frame);
  });

  it('is one where Meta writes no list', () => {
    const value = { calls: { id: '1' }, errors: 'none' };
    const change = changeOf(value, { field: 'calls', position: 2 });
    expect(elementsOf(change)).toEqual([
      { collection: 'calls', element: value.calls, position: 2 },
    ]);
    expect(elementCountOf(change)).toBe(1);
    expect(frameOf(change)).toEqual({ errors: 'none' });
  });

  it.each([
    ['an unknown field', { messages: ['1'] }, 'of_tomorrow'],
    ["a field of every object's", { messages: ['1'] }, 'constructor'],
    ['an empty list', { messages: [] }, 'messages'],
    ['a list that is none', { messages: 'none' }, 'messages'],
    ['null for a list', { messages: null }, 'messages'],
    ['null for a value', null, 'messages'],
    ['a value that is none', ['messages'], 'messages'],
  ])('is the value itself: %s', (_what, value, field) => {
    const change = changeOf(value, { field, position: 3 });
    expect(elementsOf(change)).toEqual([{ collection: '', element: value, position: 3 }]);
    expect(elementCountOf(change)).toBe(1);
    expect(JSON.parse(String(rawElement(change, { collection: '', element: value })))).toEqual(
      change,
    );
  });

  it('is kept with what its change said around it, and without its siblings', () => {
    const frame = { metadata: { phone_number_id: '2001' } };
    const change = changeOf({ ...frame, messages: ['1', '2'], statuses: ['3'] });
    const raw = rawElement(change, { collection: 'messages', element: '2' });
    expect(JSON.parse(String(raw))).toEqual({ ...change, value: { ...frame, messages: ['2'] } });
  });

  it('has no frame where the value is none', () => {
    expect(frameOf(changeOf(['messages']))).toEqual({});
  });
});

describe('the owners of a change', () => {
  const north = { organizationId: 'north', wabaId: '1001', phoneNumberId: '2001' };
  const south = { organizationId: 'south', wabaId: '1001', phoneNumberId: '2002' };
  const ofNumber = changeOf({ metadata: { phone_number_id: '2001' } });
  const ofAccount = changeOf({ event: 'VERIFIED_ACCOUNT' }, { field: 'account_update' });

  function find(change: Change, table: MemoryTable) {
    return ownersOf(
      change,
      { receivedAt },
      {
        routes: table,
        ledger: table,
        store: new MemoryObjectStore(),
      },
    );
  }

  it("is its number's alone, although others use the WABA", async () => {
    const table = new MemoryTable([south, north]);
    expect(await find(ofNumber, table)).toMatchObject([{ organizationId: 'north' }]);
    expect(await table.owners()).toEqual([]);
  });

  it('are all that use its WABA where it names no number', async () => {
    const owners = await find(ofAccount, new MemoryTable([north, south]));
    expect(owners.map(({ organizationId }) => organizationId)).toEqual(['north', 'south']);
  });

  it.each([
    ['2001', ofNumber],
    ['1001', ofAccount],
  ])('are none: it is parked for %s', async (owner, change) => {
    const table = new MemoryTable([]);
    expect(await find(change, table)).toEqual([]);
    expect(await table.owners()).toEqual([owner]);
    const [body = ''] = table.parked.get(owner)?.keys() ?? [];
    expect(JSON.parse(body)).toEqual({ schemaVersion: 1, receivedAt, changes: [change] });
    expect(table.testedAt).toBeUndefined();
  });

  it.each([
    ['2001', ofNumber],
    ['1001', ofAccount],
  ])('connected in the moment of parking get it, and %s keeps nothing', async (owner, change) => {
    const table = new MemoryTable([]);
    const registered: string[] = [];
    table.registerOwner = async (id) => {
      expect(table.parked.size).toBe(0);
      registered.push(id);
    };
    const asked: boolean[] = [];
    const { byPhoneNumber, byWaba } = table;
    const routes = {
      async byPhoneNumber(id: string, { fresh }: { fresh: boolean }) {
        asked.push(fresh);
        return byPhoneNumber.call(table, id);
      },
      async byWaba(id: string, { fresh }: { fresh: boolean }) {
        asked.push(fresh);
        return byWaba.call(table, id);
      },
    };
    const { park } = table;
    table.park = async (parked) => {
      await park.call(table, parked);
      table.connect(north);
    };
    const ports = { routes, ledger: table, store: new MemoryObjectStore() };
    const owners = await ownersOf(change, { receivedAt }, ports);
    expect(owners).toMatchObject([{ organizationId: 'north' }]);
    expect(registered).toEqual([owner]);
    expect(table.parked.get(owner)?.size).toBe(0);
    expect(asked).toEqual([false, true]);
  });

  it("are nobody where Meta's dashboard tests, which is remembered and not parked", async () => {
    const test = { ...ofNumber, entryId: '0' };
    expect([isDashboardTest(test), isDashboardTest(ofNumber)]).toEqual([true, false]);
    const table = new MemoryTable([]);
    expect(await find(test, table)).toEqual([]);
    expect(table.testedAt).toBe(receivedAt);
    expect(await table.owners()).toEqual([]);
    expect(await find(test, new MemoryTable([north]))).toMatchObject([{ organizationId: 'north' }]);
  });
});

describe('a number that was taken over', () => {
  const takenOverAt = '2026-11-22T10:00:00.500Z';
  const route: Route = { organizationId: 'south', takenOverAt };

  it.each([
    ['2026-11-22T10:00:00.499Z', true],
    ['2026-11-22T10:00:00.500Z', false],
    ['2026-11-22T10:00:00.501Z', false],
  ])('a webhook received at %s is withheld: %j', (at, isWithheld) => {
    expect(cameBeforeTakeover(route, at)).toBe(isWithheld);
    expect(cameBeforeTakeover({ organizationId: 'south' }, at)).toBe(false);
  });

  const before = '2026-11-22T09:59:59.000Z';
  const sameSecond = '2026-11-22T10:00:00.000Z';
  type Kind = 'events' | 'statuses' | 'unrecognised' | 'quarantined';

  const identity = { kind: 'event', values: ['test'] } satisfies ItemIdentity;

  function interpretationOf(kind: Kind, occurredAt: string): Interpretation {
    switch (kind) {
      case 'events': {
        const body = { type: 'template.updated', field: 'template', template: {} } as const;
        return { kind, drafts: [{ identity, occurredAt, body }] };
      }
      case 'statuses': {
        const entry = { status: 'read', occurredAt };
        return {
          kind,
          drafts: [{ identity, messageId: 'wamid.1', contact: {}, groupId: undefined, entry }],
        };
      }
      case 'unrecognised':
        return { kind, reason: 'too-large', origin: { occurredAt } };
      case 'quarantined':
        return { kind };
    }
  }

  function isWithheld(
    interpretation: Interpretation,
    { field = 'messages', of = route }: { field?: string; of?: Route } = {},
  ): boolean {
    const change = changeOf({}, { field });
    const [element = { collection: '', element: {}, position: 0 }] = elementsOf(change);
    const { organizationId } = of;
    const own = { change, contacts: new ContactBook({}), organizationId, phoneNumberId: '2001' };
    return happenedBeforeTakeover({
      interpretation,
      facts: { ...element, ...own, receivedAt, route: of },
    });
  }

  it.each(['events', 'statuses', 'unrecognised'] as const)(
    'gets no %s of the seconds before',
    (kind) => {
      const early = interpretationOf(kind, before);
      expect(isWithheld(early)).toBe(true);
      expect(isWithheld(interpretationOf(kind, sameSecond))).toBe(false);
      expect(isWithheld(early, { field: 'history' })).toBe(false);
      expect(isWithheld(early, { of: { organizationId: 'south' } })).toBe(false);
    },
  );

  it('gets what has no time', () => {
    expect(isWithheld(interpretationOf('quarantined', before))).toBe(false);
    expect(isWithheld({ kind: 'unrecognised', reason: 'too-large' })).toBe(false);
    expect(isWithheld({ kind: 'events', drafts: [] })).toBe(false);
    expect(isWithheld({ kind: 'statuses', drafts: [] })).toBe(false);
  });
});

describe('remembered routes', () => {
  /** A table whose answers are given by hand, and a clock that is set by hand. */
  function opened() {
    const clock = { ms: 0 };
    const reads: { id: string; fresh: boolean; answer(...owners: string[]): void }[] = [];
    const read = (id: string, fresh: boolean) =>
      new Promise<Route[]>((resolve) => {
        const answer = (...owners: string[]) =>
          resolve(owners.map((organizationId) => ({ organizationId })));
        reads.push({ id, fresh, answer });
      });
    const routes = cachedRoutes(
      {
        byPhoneNumber: async (id, { fresh }) => (await read(`number ${id}`, fresh))[0],
        byWaba: (id, { fresh }) => read(`account ${id}`, fresh),
      },
      () => clock.ms,
    );
    const number = async (id = '1', fresh = false) =>
      (await routes.byPhoneNumber(id, { fresh }))?.organizationId;
    const account = async (id = '1', fresh = false) =>
      (await routes.byWaba(id, { fresh })).map(({ organizationId }) => organizationId);
    return { clock, reads, number, account };
  }

  it('are read once in a minute, each on its own', async () => {
    const { clock, reads, number, account } = opened();
    const first = Promise.all([number('1'), number('2'), account('1'), account('2')]);
    for (const [index, read] of reads.entries()) {
      read.answer(`org-${index}`);
    }
    expect(await first).toEqual(['org-0', 'org-1', ['org-2'], ['org-3']]);
    const ids = ['number 1', 'number 2', 'account 1', 'account 2'];
    expect(reads.map(({ id }) => id)).toEqual(ids);
    clock.ms = rememberMs - 1;
    const again = Promise.all([number('1'), number('2'), account('1'), account('2')]);
    expect(await again).toEqual(await first);
    expect(reads).toHaveLength(4);
    clock.ms = rememberMs;
    const later = number('1');
    reads[4]?.answer('org-9');
    expect(await later).toBe('org-9');
  });

  it('are remembered for a minute from when they were asked for, not from when they came', async () => {
    const { clock, reads, number } = opened();
    const slow = number();
    clock.ms = 10_000;
    reads[0]?.answer('north');
    await slow;
    clock.ms = rememberMs;
    const next = number();
    reads[1]?.answer('south');
    expect(await next).toBe('south');
  });

  it('are not remembered where there are none', async () => {
    const { reads, number, account } = opened();
    const first = Promise.all([number(), account()]);
    for (const read of reads) {
      read.answer();
    }
    expect(await first).toEqual([undefined, []]);
    const second = Promise.all([number(), account()]);
    expect(reads).toHaveLength(4);
    reads[2]?.answer('north');
    reads[3]?.answer('north', 'south');
    expect(await second).toEqual(['north', ['north', 'south']]);
  });

  it('are read once by all who ask at the same time', async () => {
    const { reads, number } = opened();
    const all = Promise.all([number(), number(), number()]);
    expect(reads).toHaveLength(1);
    reads[0]?.answer('north');
    expect(await all).toEqual(['north', 'north', 'north']);
  });

  it('are read anew for whoever wants them fresh, and never from a reading under way', async () => {
    const { reads, number } = opened();
    const early = number();
    const fresh = number('1', true);
    expect(reads.map((read) => read.fresh)).toEqual([false, true]);
    reads[0]?.answer();
    reads[1]?.answer('north');
    expect([await early, await fresh]).toEqual([undefined, 'north']);
    const freshAgain = number('1', true);
    reads[2]?.answer('south');
    expect(await freshAgain).toBe('south');
    expect(await number()).toBe('south');
  });

  it('of an account are read anew too', async () => {
    const { reads, account } = opened();
    const remembered = account();
    reads[0]?.answer('north');
    await remembered;
    const fresh = account('1', true);
    expect(reads[1]?.fresh).toBe(true);
    reads[1]?.answer('south');
    expect(await fresh).toEqual(['south']);
  });

  it('that have gone are forgotten', async () => {
    const { reads, number } = opened();
    const first = number();
    reads[0]?.answer('north');
    await first;
    const fresh = number('1', true);
    reads[1]?.answer();
    expect(await fresh).toBeUndefined();
    const next = number();
    reads[2]?.answer('south');
    expect(await next).toBe('south');
  });

  it('that could not be read are asked for again', async () => {
    let tries = 0;
    const routes = cachedRoutes(
      {
        async byPhoneNumber() {
          tries++;
          if (tries === 1) {
            throw new Error('DynamoDB is away');
          }
          return { organizationId: 'north' };
        },
        byWaba: async () => [],
      },
      () => 0,
    );
    await expect(routes.byPhoneNumber('1', { fresh: false })).rejects.toThrow('away');
    expect(await routes.byPhoneNumber('1', { fresh: false })).toEqual({ organizationId: 'north' });
  });
});
