import { describe, expect, it } from '@jest/globals';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { cachedTokens } from '../../shared/credentials/token-cache.ts';

const minutes = 60 * 1000;

const throttling = Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });

function cache() {
  const state: { calls: number; failure: Error | undefined; now: number } = {
    ...{ calls: 0, failure: undefined, now: 1_000_000 },
  };
  const tokens = cachedTokens(
    {
      encrypt: async () => new Uint8Array(),
      async decrypt() {
        state.calls++;
        if (state.failure) throw state.failure;
        return new AccessToken(`token ${state.calls}`);
      },
    },
    () => state.now,
  );
  const read = async (ciphertext = 'a', context: Record<string, string> = { org: 'north' }) =>
    (await tokens.decrypt(Buffer.from(ciphertext), context)).reveal();
  return { state, tokens, read };
}

describe('cachedTokens', () => {
  it('decrypts once for all who ask at the same time, and again after five minutes', async () => {
    const { state, read } = cache();
    expect(await Promise.all([read(), read(), read()])).toEqual(Array(3).fill('token 1'));
    state.now += 5 * minutes - 1;
    expect(await read()).toBe('token 1');
    state.now += 1;
    expect(await read()).toBe('token 2');
  });

  it('keeps tokens apart by ciphertext and by context, in whatever order that is written', async () => {
    const { read } = cache();
    expect(await read('a', { org: 'north', waba: '1' })).toBe('token 1');
    expect(await read('a', { waba: '1', org: 'north' })).toBe('token 1');
    expect(await read('a', { waba: '1', org: 'south' })).toBe('token 2');
    expect(await read('b', { waba: '1', org: 'north' })).toBe('token 3');
  });

  it('goes on with an old token for fifteen minutes while KMS is throttling', async () => {
    const { state, read } = cache();
    await read();
    state.failure = throttling;
    state.now += 14 * minutes + 55_000;
    expect(await read()).toBe('token 1');
    const { calls } = state;
    state.now += 4999;
    expect(await read()).toBe('token 1');
    expect(state.calls).toBe(calls);
    state.now += 1;
    await expect(read()).rejects.toThrow(throttling);
    state.failure = undefined;
    expect(await read()).toBe('token 4');
  });

  it('has nothing to offer where it never had a token, or KMS refuses', async () => {
    const { state, read } = cache();
    state.failure = throttling;
    await expect(read()).rejects.toThrow(throttling);
    state.failure = undefined;
    await read();
    state.now += 5 * minutes;
    state.failure = new Error('AccessDenied');
    await expect(read()).rejects.toThrow('AccessDenied');
  });

  it('keeps the last thousand', async () => {
    const { state, read } = cache();
    for (let index = 0; index <= 1000; index++) await read(`c${index}`);
    expect(state.calls).toBe(1001);
    await read('c1000');
    await read('c1');
    expect(state.calls).toBe(1001);
    await read('c0');
    expect(state.calls).toBe(1002);
  });

  it('forgets what it is told to', async () => {
    const { tokens, read } = cache();
    await read();
    tokens.forget(Buffer.from('a'), { org: 'north' });
    expect(await read()).toBe('token 2');
  });
});
