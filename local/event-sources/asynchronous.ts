import { setTimeout as delay } from 'node:timers/promises';

/** Source: Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation". */
const retriesMs = [60_000, 120_000];

/**
 * Invokes a function for somebody who does not wait for it, as EventBridge: what fails is tried twice
 * more, and then given up.
 */
export async function invokeAsynchronously(
  invoke: () => Promise<unknown>,
  signal: AbortSignal,
  waitsMs: readonly number[] = retriesMs,
): Promise<void> {
  for (const waitMs of [0, ...waitsMs]) {
    try {
      if (waitMs > 0) await delay(waitMs, undefined, { signal });
      await invoke();
      return;
    } catch {
      // The function's log has the error.
      if (signal.aborted) return;
    }
  }
}
