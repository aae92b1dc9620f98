/** Objects by key in the raw bucket. Writing a key again with the same bytes changes nothing. */
export interface ObjectStore {
  /** @throws when the store did not confirm the write. */
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** @throws when the object cannot be read, also because it is not there (yet). */
  get(key: string): Promise<Uint8Array>;
}
