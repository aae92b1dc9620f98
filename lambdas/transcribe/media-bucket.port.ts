/** What is read of the media bucket. undefined stands for an object that is not there. */
export interface MediaBucket {
  /**
   * The last bytes of an object, all where it has fewer.
   * @param sizeBytes how large the object is
   */
  tail(key: string, sizeBytes: number): Promise<Uint8Array | undefined>;
  /** A whole object. */
  read(key: string): Promise<Uint8Array | undefined>;
}
