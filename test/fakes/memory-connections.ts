import type {
  ConnectionOwner,
  ConnectionRecord,
} from '../../shared/connections/connection.schema.ts';
import { connectionRecordSchema } from '../../shared/connections/connection.schema.ts';
import {
  type ConnectionUpdated,
  connectionUpdated,
  isWorthTelling,
  lastStep,
} from '../../shared/connections/connection-event.ts';
import { connectionKey } from '../../shared/connections/connection-item.ts';
import type { Connections } from '../../shared/connections/connections.port.ts';
import { frozen } from './frozen.ts';

/** The organisations' connections in memory. */
export class MemoryConnections implements Connections {
  /** Everything that was told, in order. */
  readonly told: ConnectionUpdated[] = [];
  readonly #records = new Map<string, { record: ConnectionRecord; version: number }>();

  get records(): ConnectionRecord[] {
    return [...this.#records.values()].map(({ record }) => record);
  }

  async find({ organizationId, wabaId }: ConnectionOwner): Promise<ConnectionRecord | undefined> {
    return this.#records.get(keyOf({ organizationId, wabaId }))?.record;
  }

  async list(
    organizationId: string,
    { after = '', limit }: { after?: string | undefined; limit: number },
  ): Promise<{ connections: ConnectionRecord[]; next: string | undefined }> {
    const behind = this.records
      .filter((record) => record.organizationId === organizationId && record.wabaId > after)
      .sort((one, other) => (one.wabaId < other.wabaId ? -1 : 1));
    const connections = behind.slice(0, limit);
    return { connections, next: behind.length > limit ? connections.at(-1)?.wabaId : undefined };
  }

  async change(
    owner: ConnectionOwner,
    apply: (now: ConnectionRecord | undefined) => ConnectionRecord | undefined,
  ): Promise<ConnectionRecord | undefined> {
    const key = keyOf(owner);
    const { version = 0 } = this.#records.get(key) ?? {};
    const before = await this.find(owner);
    const next = apply(before);
    if (!next) {
      return before;
    }
    const record = frozen(connectionRecordSchema.parse(next));
    // The schema has put both in the same order.
    if (JSON.stringify(record) === JSON.stringify(before)) {
      return before;
    }
    if ((this.#records.get(key)?.version ?? 0) !== version) {
      return this.change(owner, apply);
    }
    this.#records.set(key, { record, version: version + 1 });
    if (isWorthTelling(before, record)) {
      const { organizationId, wabaId, state, stateAt: at, problem } = record;
      const place = { ...connectionKey(organizationId, wabaId), attribute: `told:${version + 1}` };
      const said = { organizationId, wabaId, state, at, step: lastStep(record), problem };
      this.told.push(connectionUpdated(said, place));
    }
    return record;
  }
}

function keyOf({ organizationId, wabaId }: ConnectionOwner): string {
  return JSON.stringify([organizationId, wabaId]);
}
