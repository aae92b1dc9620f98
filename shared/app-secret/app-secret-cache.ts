import type { AppSecretSource } from './app-secret.port.ts';
import type { AppSecret } from './app-secret.schema.ts';

/** A rotation reaches every environment within this time, in ms. */
const freshMs = 5 * 60 * 1000;

/** While Secrets Manager is down an old secret is better than refusing genuine webhooks, in ms. */
const usableMs = 24 * 60 * 60 * 1000;

/** A source that remembers: fresh for 5 minutes, usable for 24 hours when the source fails. */
export function cachedAppSecret(source: AppSecretSource, now: () => number): AppSecretSource {
  let cached: { secret: AppSecret; readAt: number } | undefined;
  let reading: Promise<AppSecret> | undefined;

  async function refresh(): Promise<AppSecret> {
    try {
      const secret = await source.read();
      cached = { secret, readAt: now() };
      return secret;
    } catch (error) {
      if (cached && now() - cached.readAt < usableMs) {
        return cached.secret;
      }
      throw error;
    } finally {
      reading = undefined;
    }
  }

  return {
    async read() {
      if (cached && now() - cached.readAt < freshMs) {
        return cached.secret;
      }
      reading ??= refresh();
      return reading;
    },
  };
}
