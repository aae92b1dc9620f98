/** A file to be written. */
export interface MediaFile {
  key: string;
  /** What the bytes are. */
  mimeType: string;
  sizeBytes: number;
  /** Hexadecimal; undefined where nobody has said. */
  sha256: string | undefined;
  filename: string | undefined;
  /** See `retentionTag`. */
  tag: string | undefined;
  /** Ends with an error where the file is not what it should be, before its last bytes. */
  bytes: AsyncIterable<Uint8Array>;
}

/** The media bucket. */
export interface MediaStore {
  /**
   * Writes a file in one request, as its bytes come. The iteration is over when this settles.
   * @throws the error that the bytes ended with: then there is no object. Any other where the store did
   * not confirm the write: then nobody knows.
   */
  put(file: MediaFile): Promise<void>;
}
