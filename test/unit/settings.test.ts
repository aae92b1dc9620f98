import { describe, expect, it } from '@jest/globals';
import { settingsMethods } from '../../lambdas/inbox/settings-methods.ts';
import { jsonApi } from '../../shared/http/api.ts';
import { cachedSettings } from '../../shared/settings/cached-settings.ts';
import { chosenRetention, retentionTag } from '../../shared/settings/retention.ts';
import { settingsSchema } from '../../shared/settings/settings.schema.ts';
import { MemorySettings } from '../fakes/memory-settings.ts';

const minute = 60_000;
const keptFor = (messageDays: number | null) =>
  settingsSchema.parse({ retention: { messageDays } });

describe('remembered settings', () => {
  function remembered() {
    const state = { reads: 0, down: false, now: 0 };
    const table = new MemorySettings();
    const { read } = cachedSettings(
      {
        async read(organizationId) {
          state.reads++;
          if (state.down) {
            throw new Error('down');
          }
          return table.read(organizationId);
        },
      },
      () => state.now,
    );
    return { state, table, read };
  }

  it('are read once for all who ask within a minute, and then as they are by then', async () => {
    const { state, table, read } = remembered();
    await Promise.all([read('north'), read('north'), read('south')]);
    await table.write('north', keptFor(30));
    state.now = minute - 1;
    expect((await read('north')).retention.messageDays).toBeNull();
    expect(state.reads).toBe(2);
    state.now = minute;
    expect((await read('north')).retention.messageDays).toBe(30);
  });

  it('are asked for again where they could not be read', async () => {
    const { state, read } = remembered();
    state.down = true;
    await expect(read('north')).rejects.toThrow('down');
    state.down = false;
    expect(await read('north')).toEqual(keptFor(null));
  });
});

it.each([
  [null, 730, 730, undefined],
  [90, 730, 90, 'retentionDays=90'],
  [90, 30, 30, 'retentionDays=90'],
])('of %p days chosen and %p of the stage %p hold', async (chosen, stageDays, days, tag) => {
  const settings = new MemorySettings();
  await settings.write('north', keptFor(chosen));
  expect(await chosenRetention(settings, stageDays)('north')).toBe(days);
  expect(retentionTag(await settings.read('north'))).toBe(tag);
});

describe('PUT /whatsapp-settings', () => {
  async function put(messageDays: unknown) {
    const settings = new MemorySettings();
    const api = jsonApi(settingsMethods({ settings, stageDays: 90 }), {
      organizationsClaim: undefined,
      onError: () => undefined,
    });
    const { statusCode, body } = await api({
      requestContext: { http: { method: 'PUT' } },
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ organizationId: 'north', retention: { messageDays } }),
    });
    const kept = (await settings.read('north')).retention.messageDays;
    return { status: statusCode, body: JSON.parse(body), kept };
  }

  it.each([30, 90, null])('takes a retention of %p days', async (messageDays) => {
    expect(await put(messageDays)).toMatchObject({ status: 200, kept: messageDays });
  });

  it.each([7, 31, 180, '30'])(
    'refuses a retention of %p days, and changes nothing',
    async (messageDays) => {
      expect(await put(messageDays)).toMatchObject({
        status: 400,
        body: { code: 'invalid-request', problems: [{ path: 'retention.messageDays' }] },
        kept: null,
      });
    },
  );
});
