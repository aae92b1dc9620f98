/** The raw archive, as it is written. */
export interface Archive {
  /**
   * Adds a record of at most 1,000 KiB; what has been added within some minutes becomes one object.
   * Resolves when it cannot be lost any more. @throws when it may not have been taken.
   */
  put(record: Uint8Array): Promise<void>;
}
