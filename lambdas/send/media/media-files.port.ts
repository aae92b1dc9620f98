/** A file as it is in the media bucket. */
export interface FoundFile {
  sizeBytes: number;
  /** Changes with the bytes. */
  version: string;
}

/** The media bucket. */
export interface MediaFiles {
  /** What is there under a key; undefined where nothing is. */
  look(key: string): Promise<FoundFile | undefined>;
  /**
   * The bytes of a file, which end with an error when the signal says so.
   * @throws where the file is gone, or no longer of this version
   */
  open(key: string, version: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}
