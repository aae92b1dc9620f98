import type { ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import type { ItemChange } from '../../lambdas/inbox/publish.ts';
import type { Alias, AliasTable, AliasWrite } from '../../lambdas/ingest/alias.port.ts';
import type { Ledger, Stored } from '../../lambdas/ingest/ledger.port.ts';
import {
  eventAttribute,
  statusAttribute,
  statusSubjectAttribute,
} from '../../shared/events/message-item.ts';
import type { ConnectedNumber, Route, RouteTable } from '../../shared/routing/route.port.ts';

/** The table and its stream in memory: every port that the table stands behind, and one log of its changes. */
export class MemoryTable implements Ledger, AliasTable, RouteTable {
  /** What the stream carries of messages and events, in order. */
  readonly stream: ItemChange[] = [];
  /** The bodies of parked changes, by owner. */
  readonly parked = new Map<string, Set<string>>();
  readonly #items = new Map<string, ItemImage>();
  readonly #aliases = new Map<string, Alias>();
  readonly #routes: ConnectedNumber[];

  constructor(routes: readonly ConnectedNumber[]) {
    this.#routes = [...routes];
  }

  connect(route: ConnectedNumber): void {
    this.#routes.push(route);
  }

  async byPhoneNumber(phoneNumberId: string): Promise<Route | undefined> {
    return this.#routes.find((route) => route.phoneNumberId === phoneNumberId);
  }

  async byWaba(wabaId: string): Promise<Route[]> {
    const connected = this.#routes.filter((route) => route.wabaId === wabaId);
    const organizations = new Set(connected.map(({ organizationId }) => organizationId));
    return [...organizations].map((organizationId) => ({ organizationId, wabaId }));
  }

  async read(keys: readonly string[]): Promise<Map<string, Alias>> {
    const found = keys.flatMap((key) => this.#aliases.get(key) ?? []);
    return new Map(found.map((alias) => [alias.key, alias]));
  }

  async write(writes: readonly AliasWrite[]): Promise<boolean> {
    const holds = writes.every(({ alias, replaces }) => {
      const now = this.#aliases.get(alias.key);
      return replaces === undefined
        ? now === undefined
        : now?.conversationId === replaces.conversationId &&
            now.userId === replaces.userId &&
            now.learntAt === replaces.learntAt;
    });
    if (holds) {
      for (const { alias } of writes) {
        this.#aliases.set(alias.key, alias);
      }
    }
    return holds;
  }

  async storeEvent({ key, event }: Parameters<Ledger['storeEvent']>[0]): Promise<Stored> {
    return this.#setOnce(key, eventAttribute, { [eventAttribute]: JSON.stringify(event) });
  }

  async mergeStatus({
    key,
    subject,
    entry,
  }: Parameters<Ledger['mergeStatus']>[0]): Promise<Stored> {
    return this.#setOnce(key, statusAttribute(entry), {
      [statusSubjectAttribute]: JSON.stringify(subject),
      ...this.#items.get(key),
      [statusAttribute(entry)]: JSON.stringify(entry),
    });
  }

  async park({ owner, body }: Parameters<Ledger['park']>[0]): Promise<void> {
    this.parked.set(owner, (this.parked.get(owner) ?? new Set()).add(body));
  }

  async unpark({ owner, body }: Parameters<Ledger['unpark']>[0]): Promise<void> {
    this.parked.get(owner)?.delete(body);
  }

  #setOnce(pk: string, once: string, attributes: ItemImage): Stored {
    const before = this.#items.get(pk);
    if (before?.[once] !== undefined) {
      return 'duplicate';
    }
    const after = { pk, ...before, ...attributes };
    this.#items.set(pk, after);
    this.stream.push({ sequenceNumber: String(this.stream.length + 1), before, after });
    return 'stored';
  }
}
