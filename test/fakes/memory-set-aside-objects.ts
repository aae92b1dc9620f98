import type { SetAsideObjects, StoredObject } from '../../ops/set-aside-objects.port.ts';
import { MemoryObjectStore } from './memory-object-store.ts';

/** The raw bucket in memory, as those see it who clear it up. */
export class MemorySetAsideObjects extends MemoryObjectStore implements SetAsideObjects {
  async *list(prefix: string): AsyncGenerator<StoredObject> {
    for (const key of [...this.objects.keys()].sort()) {
      if (key.startsWith(prefix)) yield { key, storedAt: '2026-11-22T10:00:00.000Z' };
    }
  }

  async copy(from: string, to: string): Promise<void> {
    await this.put(to, await this.get(from));
  }

  async remove(key: string): Promise<void> {
    this.objects.delete(key);
  }
}
