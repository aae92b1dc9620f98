import { canonicalJson } from '../json.ts';
import type { AccessToken } from './access-token.ts';
import type { TokenCipher } from './token-cipher.port.ts';

/** A token is decrypted again after this time, in ms. */
const freshMs = 5 * 60 * 1000;

/** While KMS is throttling an old token is better than none, in ms. */
const usableMs = 15 * 60 * 1000;

/** After it has throttled, KMS is left alone for this time, in ms. */
const pauseMs = 10 * 1000;

const maxTokens = 1000;

type Context = Readonly<Record<string, string>>;

/** Tokens that have been decrypted. */
export interface TokenCache {
  /** As `TokenCipher.decrypt`, but for five minutes from memory, and once for all who ask meanwhile. */
  decrypt(ciphertext: Uint8Array, context: Context): Promise<AccessToken>;
  /** Forgets a token: Meta does not take it any more. */
  forget(ciphertext: Uint8Array, context: Context): void;
}

interface Remembered {
  token: AccessToken;
  decryptedAt: number;
  freshUntil: number;
}

/**
 * Remembers the last 1,000 tokens, each under its ciphertext and its context: one organisation's
 * ciphertext never opens under another's name.
 */
export function cachedTokens(cipher: TokenCipher, now: () => number): TokenCache {
  const remembered = new Map<string, Remembered>();
  const pending = new Map<string, Promise<AccessToken>>();

  async function refresh(
    key: string,
    ciphertext: Uint8Array,
    context: Context,
  ): Promise<AccessToken> {
    try {
      const token = await cipher.decrypt(ciphertext, context);
      remember(key, { token, decryptedAt: now(), freshUntil: now() + freshMs });
      return token;
    } catch (error) {
      const old = remembered.get(key);
      const usableUntil = (old?.decryptedAt ?? 0) + usableMs;
      if (old && isThrottling(error) && now() < usableUntil) {
        old.freshUntil = Math.min(now() + pauseMs, usableUntil);
        return old.token;
      }
      throw error;
    }
  }

  function remember(key: string, entry: Remembered): void {
    remembered.delete(key);
    remembered.set(key, entry);
    if (remembered.size > maxTokens) {
      const [oldest = ''] = remembered.keys();
      remembered.delete(oldest);
    }
  }

  return {
    async decrypt(ciphertext, context) {
      const key = keyOf(ciphertext, context);
      const known = remembered.get(key);
      if (known && now() < known.freshUntil) {
        return known.token;
      }
      const refreshing =
        pending.get(key) ?? refresh(key, ciphertext, context).finally(() => pending.delete(key));
      pending.set(key, refreshing);
      return refreshing;
    },
    forget(ciphertext, context) {
      remembered.delete(keyOf(ciphertext, context));
    },
  };
}

function keyOf(ciphertext: Uint8Array, context: Context): string {
  return canonicalJson([context, Buffer.from(ciphertext).toString('base64')]);
}

/** Tells whether KMS had too many calls. */
export function isThrottling(error: unknown): boolean {
  return error instanceof Error && error.name === 'ThrottlingException';
}
