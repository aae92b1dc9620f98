import { describe, expect, it } from '@jest/globals';
import { appSecretSchema } from '../../shared/app-secret/app-secret.schema.ts';
import { cachedAppSecret } from '../../shared/app-secret/app-secret-cache.ts';

const minutes = 60 * 1000;

function secretSource() {
  const state = { reads: 0, down: false, now: 0 };
  const cache = cachedAppSecret(
    {
      async read() {
        state.reads++;
        if (state.down) {
          throw new Error('down');
        }
        return { appSecrets: [`secret ${state.reads}`], verifyTokens: ['token'] };
      },
    },
    () => state.now,
  );
  const read = async () => (await cache.read()).appSecrets[0];
  return { state, read };
}

describe('cachedAppSecret', () => {
  it('reads once for all who ask at the same time, and again after five minutes', async () => {
    const { state, read } = secretSource();
    expect(await Promise.all([read(), read(), read()])).toEqual(Array(3).fill('secret 1'));
    state.now = 4 * minutes;
    expect(await read()).toBe('secret 1');
    state.now = 5 * minutes;
    expect(await read()).toBe('secret 2');
  });

  it('goes on with the old secret for a day while the source is down', async () => {
    const { state, read } = secretSource();
    await read();
    state.down = true;
    state.now = 23 * 60 * minutes;
    expect(await read()).toBe('secret 1');
    const { reads } = state;
    await read();
    expect(state.reads).toBe(reads);
    state.now = 24 * 60 * minutes;
    await expect(read()).rejects.toThrow('down');
  });

  it('has nothing to offer when the source never answered, and recovers with it', async () => {
    const { state, read } = secretSource();
    state.down = true;
    await expect(read()).rejects.toThrow('down');
    state.down = false;
    expect(await read()).toBe('secret 2');
  });
});

describe('the secret’s JSON', () => {
  it.each([
    [{ appSecrets: ['a'], verifyTokens: ['b'] }, true],
    [{ appSecrets: ['a', 'b', 'c'], verifyTokens: ['b'] }, true],
    [{ appSecrets: [], verifyTokens: ['b'] }, false],
    [{ appSecrets: [''], verifyTokens: ['b'] }, false],
    [{ appSecrets: ['a', 'b', 'c', 'd'], verifyTokens: ['b'] }, false],
    [{ appSecrets: ['a'] }, false],
    [undefined, false],
  ])('%j: %s', (json, valid) => {
    expect(appSecretSchema.safeParse(json).success).toBe(valid);
  });
});
