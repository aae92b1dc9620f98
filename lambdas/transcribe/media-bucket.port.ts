/** What is read of the media bucket, and written. undefined stands for an object that is not there. */
export interface MediaBucket {
  /**
   * The last bytes of an object, all where it has fewer.
   * @param sizeBytes how large the object is
   */
  tail(key: string, sizeBytes: number): Promise<Uint8Array | undefined>;
  /** A whole object. */
  read(key: string): Promise<Uint8Array | undefined>;
  /** Puts an object there, in the place of one that is. @param tag see `retentionTag` */
  write(key: string, bytes: Uint8Array, mimeType: string, tag: string | undefined): Promise<void>;
}
