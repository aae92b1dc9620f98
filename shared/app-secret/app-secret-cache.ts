import type { AppSecretSource } from './app-secret.port.ts';
import type { AppSecret } from './app-secret.schema.ts';

/** A rotation reaches every environment within this time, in ms. */
const freshMs = 5 * 60 * 1000;

/** After a failed reading the next one waits this long, in ms: requests must not queue up behind a dead service. */
const pauseMs = 30 * 1000;

/** While Secrets Manager is down an old secret is better than refusing genuine webhooks, in ms. */
const usableMs = 24 * 60 * 60 * 1000;

/** A source that remembers: fresh for 5 minutes, usable for 24 hours when the source fails. */
export function cachedAppSecret(source: AppSecretSource, now: () => number): AppSecretSource {
  let cached: { secret: AppSecret; readAt: number; freshUntil: number } | undefined;
  let reading: Promise<AppSecret> | undefined;

  async function refresh(): Promise<AppSecret> {
    try {
      const secret = await source.read();
      cached = { secret, readAt: now(), freshUntil: now() + freshMs };
      return secret;
    } catch (error) {
      if (cached && now() - cached.readAt < usableMs) {
        cached.freshUntil = now() + pauseMs;
        return cached.secret;
      }
      throw error;
    } finally {
      reading = undefined;
    }
  }

  return {
    async read() {
      if (cached && now() < cached.freshUntil) {
        return cached.secret;
      }
      reading ??= refresh();
      return reading;
    },
  };
}
