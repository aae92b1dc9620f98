/** A received queue message that is to come again after a time, in ms. */
export interface HeldBack {
  receiptHandle: string;
  waitMs: number;
}

/** Puts received queue messages off. @throws where the queue refused one, after all were tried */
export type HoldBack = (messages: readonly HeldBack[]) => Promise<void>;
