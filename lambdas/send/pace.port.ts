import type { SendRecord } from '../../shared/sends/send-record.schema.ts';

/** Whose turn it is: of each business number and lane one bucket, shared by all environments. */
export interface Pace {
  /**
   * Takes `count` turns of a number's lane, `intervalMs` apart.
   * @param maxWaitMs where the first turn is further away, none is taken
   * @returns when the first turn is (epoch ms), and whether it was taken
   */
  reserve(
    bucket: PaceBucket,
    turns: { count: number; intervalMs: number; nowMs: number; maxWaitMs: number },
  ): Promise<{ taken: boolean; startMs: number }>;
  /** Lets nobody have a turn of a bucket before this time (epoch ms). */
  pause(bucket: PaceBucket, untilMs: number): Promise<void>;
}

/** What has one rate. */
export interface PaceBucket {
  phoneNumberId: string;
  lane: SendRecord['lane'];
}
