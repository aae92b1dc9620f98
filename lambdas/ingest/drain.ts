import pLimit from 'p-limit';
import { hash } from '../../shared/hash.ts';
import type { RouteTable } from '../../shared/routing/route.port.ts';
import type { ParkedChanges } from './parked.port.ts';
import type { WebhookQueue } from './webhook-queue.port.ts';

/** What draining needs from outside. */
export interface DrainPorts {
  routes: RouteTable;
  parked: ParkedChanges;
  queue: WebhookQueue;
}

/** A route that was written, from the table's stream. */
export interface RouteChange {
  sequenceNumber: string;
  /** The phone number id or WABA id. */
  owner: string;
}

/** What became of some routes that were written. */
export interface DrainResult {
  /** Changes that were queued again. */
  drained: number;
  /** The first route that has to come again, with all that follow it. */
  retryFrom: string | undefined;
  /** Why, where something failed. */
  failure?: unknown;
}

/** What a sweep found. */
export interface SweepResult {
  /** Changes that were queued again. */
  drained: number;
  /** Owners that are still not connected. */
  waiting: number;
  /** Why each owner that failed did. */
  failures: unknown[];
}

/** Owners that a sweep looks at side by side. */
const concurrentOwners = 10;

/** Queues again what was parked for owners whose routes were written; a failure stops none of the others. */
export async function drainConnected(
  changes: readonly RouteChange[],
  ports: DrainPorts,
): Promise<DrainResult> {
  const result: DrainResult = { drained: 0, retryFrom: undefined };
  for (const { sequenceNumber, owner } of changes) {
    try {
      result.drained += (await drainOwner(owner, ports)) ?? 0;
    } catch (failure) {
      result.retryFrom ??= sequenceNumber;
      result.failure ??= failure;
    }
  }
  return result;
}

/** Queues again what is parked for every owner that is connected by now. */
export async function sweep(ports: DrainPorts): Promise<SweepResult> {
  const limit = pLimit(concurrentOwners);
  const result: SweepResult = { drained: 0, waiting: 0, failures: [] };
  const owners = await ports.parked.owners();
  await Promise.all(
    owners.map((owner) =>
      limit(async () => {
        try {
          const drained = await drainOwner(owner, ports);
          result.drained += drained ?? 0;
          result.waiting += drained === undefined ? 1 : 0;
        } catch (failure) {
          result.failures.push(failure);
        }
      }),
    ),
  );
  return result;
}

/**
 * Queues an owner's parked changes again, and tells how many: undefined where it is not connected.
 * Whose they are is found anew by `normalise`; a change that is queued twice is stored once.
 */
async function drainOwner(
  owner: string,
  { routes, parked, queue }: DrainPorts,
): Promise<number | undefined> {
  if (!(await isConnected(owner, routes))) {
    return undefined;
  }
  let drained = 0;
  let from: string | undefined;
  do {
    const { changes, next } = await parked.page(owner, from);
    // A group of its own: what has waited for days does not delay what this number receives now.
    const groupId = hash('parked', owner);
    await queue.send(changes.map(({ body }) => ({ groupId, body, archived: true })));
    // Only now: a change that is in neither place is lost.
    await Promise.all(changes.map((change) => parked.remove(change)));
    drained += changes.length;
    from = next;
  } while (from !== undefined);
  return drained;
}

/** A parked change does not say whether its owner is a number or a WABA: Meta's ids are one space. */
async function isConnected(owner: string, routes: RouteTable): Promise<boolean> {
  return (
    (await routes.byPhoneNumber(owner, { fresh: true })) !== undefined ||
    (await routes.byWaba(owner, { fresh: true })).length > 0
  );
}
