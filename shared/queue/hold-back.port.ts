/** Puts received queue messages off. */
export interface HoldBack {
  /**
   * Lets messages come again after a time, in ms: the queue counts in seconds, up to almost 12 hours.
   * Rejects where the queue refused some, after all were tried: those come again when the queue's own
   * visibility timeout is over.
   */
  delay(receiptHandles: readonly string[], ms: number): Promise<void>;
}
