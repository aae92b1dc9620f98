import pLimit from 'p-limit';
import type { Route, RouteTable } from '../../shared/routing/route.port.ts';
import type { AliasTable } from './alias.port.ts';
import { type Change, elementsOf, phoneNumberIdOf, wabaIdOf } from './change.ts';
import { conversationOf, type FoundConversation } from './conversation.ts';
import type { Interpretation } from './interpret/interpretation.ts';
import { contactBook } from './interpret/person.ts';
import { interpret } from './interpret/registry.ts';
import { packBody } from './pack.ts';
import { type Outcome, type StorePorts, storeInterpretation } from './store-interpretation.ts';
import { unpack } from './unpack.ts';
import type { WebhookMessage } from './webhook-message.schema.ts';

/** What `normalise` needs from outside. */
export interface NormalisePorts extends Omit<StorePorts, 'conversationOf'> {
  routes: RouteTable;
  aliases: AliasTable;
}

/** How many elements, or parked changes, came to which end. */
export type NormaliseCounts = Record<Outcome | 'parked', number>;

/** As many calls as the SDK keeps connections: more would only wait for one. */
const concurrentElements = 50;

/**
 * Stores everything in one message of `webhook-events`. Elements succeed one by one: what was stored
 * stays stored when another fails, and doing all of it again stores nothing twice.
 * @throws PermanentError when the message is none; any other error means "again, please".
 */
export async function normalise(body: string, ports: NormalisePorts): Promise<NormaliseCounts> {
  const message = await unpack(body, ports.store);
  const storePorts = { ...ports, conversationOf: rememberedConversations(ports.aliases) };
  const limit = pLimit(concurrentElements);
  const counts: NormaliseCounts = {
    stored: 0,
    duplicate: 0,
    unrecognised: 0,
    quarantined: 0,
    parked: 0,
  };
  const work = message.changes.map(async (change) => {
    const owners = await ownersOf(change, message, ports);
    counts.parked += owners.length === 0 ? 1 : 0;
    const shared = {
      change,
      contacts: contactBook(change.value),
      phoneNumberId: phoneNumberIdOf(change),
      receivedAt: message.receivedAt,
    };
    const routed = owners.flatMap((route) =>
      elementsOf(change).map((element) => ({
        ...shared,
        ...element,
        route,
        organizationId: route.organizationId,
      })),
    );
    await allOf(
      routed.flatMap((facts) =>
        interpret(facts)
          .flatMap(oneByOne)
          .map((interpretation) =>
            limit(async () => {
              for (const outcome of await storeInterpretation(interpretation, facts, storePorts)) {
                counts[outcome]++;
              }
            }),
          ),
      ),
    );
  });
  await allOf(work);
  return counts;
}

/** A history is thousands of events in one element: each of them waits for its own turn. */
function oneByOne(interpretation: Interpretation): Interpretation[] {
  switch (interpretation.kind) {
    case 'events':
      return interpretation.drafts.map((draft) => ({ kind: 'events', drafts: [draft] }));
    case 'statuses':
      return interpretation.drafts.map((draft) => ({ kind: 'statuses', drafts: [draft] }));
    default:
      return [interpretation];
  }
}

/** Waits for all, so that no sibling is left half done, and then fails if one failed. */
async function allOf(work: readonly Promise<void>[]): Promise<void> {
  const results = await Promise.allSettled(work);
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) {
    throw failure.reason;
  }
}

/**
 * The organisations that a change belongs to: the owner of its phone number, else every one
 * connected to its WABA. Without any the change is parked, and the routes are read once more: the
 * number may have been connected, and its parked changes drained, in between.
 */
async function ownersOf(
  change: Change,
  { receivedAt }: WebhookMessage,
  { routes, ledger, store }: NormalisePorts,
): Promise<Route[]> {
  const phoneNumberId = phoneNumberIdOf(change);
  const find = async (fresh: boolean): Promise<Route[]> => {
    if (phoneNumberId === undefined) {
      return routes.byWaba(wabaIdOf(change), { fresh });
    }
    const route = await routes.byPhoneNumber(phoneNumberId, { fresh });
    return route ? [route] : [];
  };
  const known = await find(false);
  if (known.length > 0) {
    return known;
  }
  const message: WebhookMessage = { schemaVersion: 1, receivedAt, changes: [change] };
  const parked = {
    owner: phoneNumberId ?? wabaIdOf(change),
    body: await packBody(JSON.stringify(message), store),
  };
  await ledger.park(parked);
  const connectedSince = await find(true);
  if (connectedSince.length > 0) {
    await ledger.unpark(parked);
  }
  return connectedSince;
}

/** Looks each correspondent of a message up once: a batch is often from one person. */
function rememberedConversations(aliases: AliasTable): StorePorts['conversationOf'] {
  const known = new Map<string, Promise<FoundConversation | undefined>>();
  return (correspondent, occurredAt) => {
    const key = JSON.stringify(correspondent);
    const lookup = known.get(key) ?? conversationOf(correspondent, occurredAt, aliases);
    known.set(key, lookup);
    return lookup;
  };
}
