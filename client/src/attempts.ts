import { WhatsappApiError } from './api-error.ts';

/** How often and how long something is tried. */
export interface Patience {
  /** How often it is repeated at most. */
  retries: number;
  /** How long one attempt may take, in ms. */
  timeoutMs: number;
  /** How long all of it may take, in ms. */
  deadlineMs: number;
}

/** One thing that is tried until it succeeds. */
export interface Attempts<Answer> extends Patience {
  /** Only what it throws of `WhatsappApiError` is repeated. */
  attempt(signal: AbortSignal): Promise<Answer>;
  mayRepeat(error: WhatsappApiError): boolean;
  /** Ends it at once. */
  signal?: AbortSignal | undefined;
}

const firstBackoffMs = 200;
const maxBackoffMs = 10_000;

/**
 * Tries until an attempt succeeds, with exponential back-off and full jitter, and not before an answer's
 * Retry-After. Source: AWS Architecture Blog, "Exponential Backoff And Jitter".
 * @throws WhatsappApiError of the last attempt; the reason of `signal`, where that ended it
 */
export async function untilAnswered<Answer>(attempts: Attempts<Answer>): Promise<Answer> {
  const { attempt, mayRepeat, retries, timeoutMs, deadlineMs, signal } = attempts;
  const giveUpAt = Date.now() + deadlineMs;
  for (let failures = 0; ; failures++) {
    try {
      return await inTime(attempt, Math.min(timeoutMs, giveUpAt - Date.now()), signal);
    } catch (error) {
      if (!(error instanceof WhatsappApiError) || failures >= retries || !mayRepeat(error)) {
        throw error;
      }
      const waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs(failures));
      if (Date.now() + waitMs >= giveUpAt) throw error;
      await pause(waitMs, signal);
    }
  }
}

/** How long to wait after so many failures before this one, in ms. */
export function backoffMs(failures: number): number {
  return Math.random() * Math.min(maxBackoffMs, firstBackoffMs * 2 ** failures);
}

/** Waits. @throws the reason of `signal`, where that ends it */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  await new Promise<void>((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

async function inTime<Answer>(
  attempt: Attempts<Answer>['attempt'],
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  signal?.throwIfAborted();
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(), timeoutMs);
  try {
    return await attempt(signal ? AbortSignal.any([timeout.signal, signal]) : timeout.signal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (timeout.signal.aborted) {
      const detail = `No answer came within ${timeoutMs} ms.`;
      throw new WhatsappApiError({ code: 'timeout', detail, cause });
    }
    throw cause;
  } finally {
    clearTimeout(timer);
  }
}

/** An answer, read to its end. */
export interface Exchanged {
  status: number;
  headers: Headers;
  text: string;
}

/** Makes one request. @throws WhatsappApiError `unreachable` where it is not answered to the end */
export async function exchange(
  fetch: typeof globalThis.fetch,
  url: URL | string,
  init: RequestInit,
): Promise<Exchanged> {
  try {
    // Nobody else shall get what is sent here.
    const response = await fetch(url, { ...init, redirect: 'error' });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (cause) {
    throw new WhatsappApiError({ code: 'unreachable', detail: 'There was no answer.', cause });
  }
}
