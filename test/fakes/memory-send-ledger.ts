import type { SendUpdated } from '../../shared/sends/send-event.ts';
import { sendItemKey } from '../../shared/sends/send-item.ts';
import type { SendLedger, StoredSend } from '../../shared/sends/send-ledger.port.ts';
import type { SendRecord } from '../../shared/sends/send-record.schema.ts';
import { frozen } from './frozen.ts';

interface Kept extends StoredSend {
  /** The statuses that were told. */
  statuses: Set<string>;
}

/** The sends in memory. */
export class MemorySendLedger implements SendLedger {
  /** What the stream carries of sends, in order. */
  readonly told: { sendId: string; event: SendUpdated }[] = [];
  readonly #sends = new Map<string, Kept>();
  /** No two versions are equal, also not of a send that was removed and created again. */
  #versions = 0;

  get records(): SendRecord[] {
    return [...this.#sends.values()].map(({ record }) => record);
  }

  async find(organizationId: string, sendId: string): Promise<StoredSend | undefined> {
    await Promise.resolve();
    const kept = this.#sends.get(sendItemKey(organizationId, sendId));
    return kept && copyOf(kept);
  }

  async create(record: SendRecord, event?: SendUpdated): Promise<StoredSend | undefined> {
    await Promise.resolve();
    return this.#sends.has(keyOf(record)) ? undefined : this.#keep(record, new Set(), event);
  }

  async replace(
    stored: StoredSend,
    next: SendRecord,
    event?: SendUpdated,
  ): Promise<StoredSend | undefined> {
    await Promise.resolve();
    const kept = this.#unchanged(stored);
    return kept && this.#keep(next, kept.statuses, event);
  }

  async remove(stored: StoredSend): Promise<boolean> {
    await Promise.resolve();
    return this.#unchanged(stored) !== undefined && this.#sends.delete(keyOf(stored.record));
  }

  async byClientReference(organizationId: string, clientReference: string): Promise<string[]> {
    await Promise.resolve();
    return [...this.#sends.values()]
      .map(({ record }) => record)
      .filter(
        (record) =>
          record.organizationId === organizationId && record.clientReference === clientReference,
      )
      .sort((one, other) => (one.createdAt > other.createdAt ? -1 : 1))
      .slice(0, 50)
      .map(({ sendId }) => sendId);
  }

  async isHeld(laneKey: string): Promise<boolean> {
    await Promise.resolve();
    return [...this.#sends.values()].some(
      ({ record }) => record.laneKey === laneKey && record.holdsLane,
    );
  }

  async due(now: string, limit: number): Promise<Pick<SendRecord, 'organizationId' | 'sendId'>[]> {
    await Promise.resolve();
    return [...this.#sends.values()]
      .flatMap(({ record: { organizationId, sendId, settleAt } }) =>
        settleAt !== undefined && settleAt <= now ? [{ organizationId, sendId, settleAt }] : [],
      )
      .sort((one, other) => (one.settleAt < other.settleAt ? -1 : 1))
      .slice(0, limit)
      .map(({ organizationId, sendId }) => ({ organizationId, sendId }));
  }

  #unchanged({ record, version }: StoredSend): Kept | undefined {
    const kept = this.#sends.get(keyOf(record));
    return kept?.version === version ? kept : undefined;
  }

  #keep(record: SendRecord, statuses: Set<string>, event: SendUpdated | undefined): StoredSend {
    const kept = { record: frozen(record), version: ++this.#versions, statuses };
    this.#sends.set(keyOf(record), kept);
    if (event && !statuses.has(event.status)) {
      statuses.add(event.status);
      this.told.push({ sendId: record.sendId, event: frozen(event) });
    }
    return copyOf(kept);
  }
}

function keyOf({ organizationId, sendId }: SendRecord): string {
  return sendItemKey(organizationId, sendId);
}

function copyOf({ record, version }: Kept): StoredSend {
  return { record, version };
}
