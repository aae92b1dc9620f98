import type { ItemImage } from '../../lambdas/inbox/events-of-change.ts';
import type { ItemChange } from '../../lambdas/inbox/publish.ts';
import type {
  Alias,
  AliasTable,
  AliasWrite,
  ErasedAlias,
} from '../../lambdas/ingest/alias.port.ts';
import type { Ledger, Stored } from '../../lambdas/ingest/ledger.port.ts';
import type { ParkedChanges, ParkedPage } from '../../lambdas/ingest/parked.port.ts';
import type {
  NumberConversation,
  ReceivedMedia,
  SendFacts,
} from '../../lambdas/ingest/send-facts.port.ts';
import { windowSlackMs } from '../../shared/conversations/conversation-item.ts';
import type { Sighting, Sightings } from '../../shared/doctor/sightings.port.ts';
import {
  attributesOf,
  erasedAttribute,
  eventAttributes,
  statusAttribute,
  statusSubjectAttribute,
} from '../../shared/events/message-item.ts';
import type { ConnectedNumber, Route, RouteTable } from '../../shared/routing/route.port.ts';

/** What is kept of a conversation. */
interface KeptConversation extends NumberConversation {
  windowUpTo?: string;
  marketing?: string;
  marketingAt?: string;
}

/** The table and its stream in memory: every port that the table stands behind, and one log of its changes. */
export class MemoryTable
  implements Ledger, ParkedChanges, AliasTable, RouteTable, SendFacts, Sightings
{
  /** What the stream carries of messages and events, in order. */
  readonly stream: ItemChange[] = [];
  /** What the stream carries of routes: the owners that were connected, in order. */
  readonly connections: string[] = [];
  /** Of each owner with parked changes, their tokens by their bodies. */
  readonly parked = new Map<string, Map<string, string>>();
  /** When a test of Meta's dashboard came last. */
  testedAt: string | undefined;
  /** Conversations by their ids. */
  readonly conversations = new Map<string, KeptConversation>();
  /** The WABAs whose templates were said to have changed, as often as they were. */
  readonly templateChanges: string[] = [];
  /** Files by Meta's ids. */
  readonly media = new Map<string, ReceivedMedia>();
  /** When webhooks of a number were seen last, by organisation and number. */
  readonly seen = new Map<string, string>();
  readonly #owners = new Set<string>();
  readonly #items = new Map<string, ItemImage>();
  readonly #aliases = new Map<string, Alias | ErasedAlias>();
  #routes: (ConnectedNumber & Route)[];
  #tokens = 0;

  constructor(routes: readonly ConnectedNumber[]) {
    this.#routes = [...routes];
  }

  connect(route: ConnectedNumber & Route): void {
    this.#routes.push(route);
    this.connections.push(route.phoneNumberId, route.wabaId);
  }

  disconnect(phoneNumberId: string): void {
    this.#routes = this.#routes.filter((route) => route.phoneNumberId !== phoneNumberId);
  }

  async byPhoneNumber(phoneNumberId: string): Promise<Route | undefined> {
    return this.#routes.find((route) => route.phoneNumberId === phoneNumberId);
  }

  async byWaba(wabaId: string): Promise<Route[]> {
    const connected = this.#routes.filter((route) => route.wabaId === wabaId);
    const organizations = new Set(connected.map(({ organizationId }) => organizationId));
    return [...organizations].map((organizationId) => ({ organizationId, wabaId }));
  }

  /** As an erasure leaves an alias. */
  eraseAlias(key: string, erasedAt: string): void {
    this.#aliases.set(key, { key, erasedAt });
  }

  /** As an erasure leaves the item of a message or an event. */
  eraseItem(pk: string, erasedAt: string): void {
    this.#items.set(pk, { pk, [erasedAttribute]: erasedAt });
  }

  async isErased(pk: string): Promise<boolean> {
    return this.#items.get(pk)?.[erasedAttribute] !== undefined;
  }

  async read(keys: readonly string[]): Promise<Map<string, Alias | ErasedAlias>> {
    const found = keys.flatMap((key) => this.#aliases.get(key) ?? []);
    return new Map(found.map((alias) => [alias.key, alias]));
  }

  async write(writes: readonly AliasWrite[]): Promise<boolean> {
    const holds = writes.every(({ alias, replaces }) => {
      const now = this.#aliases.get(alias.key);
      return replaces === undefined
        ? now === undefined
        : now !== undefined && stateOf(now) === stateOf(replaces);
    });
    if (holds) {
      for (const { alias } of writes) {
        this.#aliases.set(alias.key, alias);
      }
    }
    return holds;
  }

  async storeEvent({ key, event }: Parameters<Ledger['storeEvent']>[0]): Promise<Stored> {
    const [attribute, ...others] = attributesOf(event);
    return this.#setOnce(key, [attribute, ...others], eventAttributes(key, event));
  }

  async mergeStatus({
    key,
    subject,
    entry,
  }: Parameters<Ledger['mergeStatus']>[0]): Promise<Stored> {
    return this.#setOnce(key, [statusAttribute(entry)], {
      [statusSubjectAttribute]: JSON.stringify(subject),
      ...this.#items.get(key),
      [statusAttribute(entry)]: JSON.stringify(entry),
    });
  }

  async registerOwner(owner: string): Promise<void> {
    this.#owners.add(owner);
  }

  async park({ owner, body }: Parameters<Ledger['park']>[0]): Promise<void> {
    const token = String(++this.#tokens);
    this.parked.set(owner, (this.parked.get(owner) ?? new Map()).set(body, token));
  }

  async unpark({ owner, body }: Parameters<Ledger['unpark']>[0]): Promise<void> {
    this.parked.get(owner)?.delete(body);
  }

  async recordTestWebhook(receivedAt: string): Promise<void> {
    this.testedAt = receivedAt;
  }

  async owners(): Promise<string[]> {
    return [...this.#owners];
  }

  async page(owner: string, from: string | undefined): Promise<ParkedPage> {
    const bodies = [...(this.parked.get(owner) ?? [])]
      .filter(([body]) => from === undefined || body > from)
      .sort(([one], [other]) => (one < other ? -1 : 1));
    const changes = bodies.slice(0, 2).map(([body, token]) => ({ owner, body, token }));
    return { changes, next: bodies.length > 2 ? changes.at(-1)?.body : undefined };
  }

  async remove({ owner, body, token }: Parameters<ParkedChanges['remove']>[0]): Promise<void> {
    const changes = this.parked.get(owner);
    if (changes?.get(body) === token) {
      changes.delete(body);
    }
  }

  async openWindow(conversation: NumberConversation, expiresAt: string): Promise<void> {
    const known = this.conversations.get(conversation.conversationId);
    if (known?.windowUpTo === undefined || known.windowUpTo < expiresAt) {
      const windowUpTo = new Date(Date.parse(expiresAt) + windowSlackMs).toISOString();
      this.conversations.set(conversation.conversationId, {
        ...known,
        ...conversation,
        windowUpTo,
      });
    }
  }

  async recordMarketing(
    conversation: NumberConversation,
    { value, at }: Parameters<SendFacts['recordMarketing']>[1],
  ): Promise<void> {
    const known = this.conversations.get(conversation.conversationId);
    if (known?.marketingAt === undefined || known.marketingAt < at) {
      const said = { marketing: value, marketingAt: at };
      this.conversations.set(conversation.conversationId, { ...known, ...conversation, ...said });
    }
  }

  async noteTemplateChange(wabaId: string): Promise<void> {
    this.templateChanges.push(wabaId);
  }

  async claimMedia(media: ReceivedMedia): Promise<void> {
    if (!this.media.has(media.mediaId)) {
      this.media.set(media.mediaId, media);
    }
  }

  async note({ organizationId, phoneNumberId }: Sighting, at: string): Promise<void> {
    const name = `${organizationId} ${phoneNumberId}`;
    if ((this.seen.get(name) ?? '') < at) {
      this.seen.set(name, at);
    }
  }

  #setOnce(pk: string, absent: readonly string[], attributes: ItemImage): Stored {
    const before = this.#items.get(pk);
    if ([erasedAttribute, ...absent].some((name) => before?.[name] !== undefined)) {
      return 'duplicate';
    }
    const after = { pk, ...before, ...attributes };
    this.#items.set(pk, after);
    this.stream.push({ sequenceNumber: String(this.stream.length + 1), before, after });
    return 'stored';
  }
}

/** What of an alias another write changes. */
function stateOf(alias: Alias | ErasedAlias): string {
  return alias.conversationId === undefined
    ? alias.erasedAt
    : JSON.stringify([alias.conversationId, alias.userId, alias.learntAt]);
}
