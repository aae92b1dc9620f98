import type { Archive } from '../../lambdas/ingest/archive.port.ts';
import { evaluatedPrefix } from '../../local/engines/firehose.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';

/** As infra/archive-stream.ts has it: test/template/archive.test.ts compares. */
export const archivePrefixExpression =
  'archive/!{timestamp:yyyy-MM-dd}/!{timestamp:HH}/!{timestamp:mmss}-';

/** How long records are gathered that become one object. */
const gatherMs = 5 * 60_000;

/** An archive as Firehose keeps one, in any store of objects, by a clock that is set. */
export class MemoryArchive implements Archive {
  now = new Date(0);
  readonly #objects: Pick<ObjectStore, 'put'>;
  readonly #records: Uint8Array[] = [];
  #since: Date | undefined;

  constructor(objects: Pick<ObjectStore, 'put'>) {
    this.#objects = objects;
  }

  async put(record: Uint8Array): Promise<void> {
    if (this.#since && this.now.getTime() - this.#since.getTime() >= gatherMs) await this.flush();
    this.#since ??= this.now;
    this.#records.push(record);
  }

  /** Writes what is gathered. */
  async flush(): Promise<void> {
    if (!this.#since) return;
    const key = `${evaluatedPrefix(archivePrefixExpression, this.#since)}Archive.jsonl.gz`;
    await this.#objects.put(key, Buffer.concat(this.#records.splice(0)));
    this.#since = undefined;
  }
}
