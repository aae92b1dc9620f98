import type { ObjectStore } from '../../shared/storage/object-store.port.ts';

/** A bucket in memory. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, Uint8Array>();

  async put(key: string, bytes: Uint8Array): Promise<void> {
    this.objects.set(key, bytes);
  }

  async get(key: string): Promise<Uint8Array> {
    const bytes = this.objects.get(key);
    if (!bytes) {
      throw Object.assign(new Error('The key does not exist'), { name: 'NoSuchKey' });
    }
    return bytes;
  }
}
