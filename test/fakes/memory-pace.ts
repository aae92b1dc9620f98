import type { Pace, PaceBucket } from '../../lambdas/send/pace.port.ts';

/** The buckets in memory. */
export class MemoryPace implements Pace {
  /** When each bucket is free, in epoch ms. */
  readonly #freeAt = new Map<string, number>();

  async reserve(
    bucket: PaceBucket,
    {
      count,
      intervalMs,
      nowMs,
      maxWaitMs,
    }: { count: number; intervalMs: number; nowMs: number; maxWaitMs: number },
  ): Promise<{ taken: boolean; startMs: number }> {
    await Promise.resolve();
    const startMs = Math.max(this.#freeAt.get(nameOf(bucket)) ?? nowMs, nowMs);
    const taken = startMs <= nowMs + maxWaitMs;
    if (taken) {
      this.#freeAt.set(nameOf(bucket), startMs + count * intervalMs);
    }
    return { taken, startMs };
  }

  async pause(bucket: PaceBucket, untilMs: number): Promise<void> {
    await Promise.resolve();
    const freeAt = this.#freeAt.get(nameOf(bucket)) ?? untilMs;
    this.#freeAt.set(nameOf(bucket), Math.max(freeAt, untilMs));
  }
}

function nameOf({ phoneNumberId, lane }: PaceBucket): string {
  return `${phoneNumberId} ${lane}`;
}
