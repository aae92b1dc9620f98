import type { ObjectStore } from '../shared/storage/object-store.port.ts';

/** An object of the raw bucket. */
export interface StoredObject {
  key: string;
  /** RFC 3339. */
  storedAt: string;
}

/** The raw bucket, as those see it who clear it up. */
export interface SetAsideObjects extends ObjectStore {
  /** The objects whose keys begin so, sorted by them. */
  list(prefix: string): AsyncIterable<StoredObject>;
  copy(from: string, to: string): Promise<void>;
  /** Deletes an object, also one that is not there. */
  remove(key: string): Promise<void>;
}
