import type { Route, RouteTable } from '../../shared/routing/route.port.ts';
import { type Change, phoneNumberIdOf, wabaIdOf } from './change.ts';
import { packBody } from './pack.ts';
import type { StorePorts } from './store-interpretation.ts';
import type { WebhookMessage } from './webhook-message.schema.ts';

/** What finding owners needs from outside. */
export interface OwnerPorts extends Pick<StorePorts, 'ledger' | 'store'> {
  routes: RouteTable;
}

/**
 * The organisations that a change belongs to: the owner of its phone number, else every one
 * connected to its WABA. Without any the change is parked, and the routes are read once more: the
 * number may have been connected, and its parked changes drained, in between. A test of Meta's
 * dashboard is for nobody: that it came is all that is kept of it.
 */
export async function ownersOf(
  change: Change,
  { receivedAt }: Pick<WebhookMessage, 'receivedAt'>,
  { routes, ledger, store }: OwnerPorts,
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
  if (isDashboardTest(change)) {
    await ledger.recordTestWebhook(receivedAt);
    return [];
  }
  const message: WebhookMessage = { schemaVersion: 1, receivedAt, changes: [change] };
  const parked = {
    owner: phoneNumberId ?? wabaIdOf(change),
    body: await packBody(JSON.stringify(message), store),
  };
  // First the owner: whatever is parked can be found by the sweep.
  await ledger.registerOwner(parked.owner);
  await ledger.park(parked);
  const connectedSince = await find(true);
  if (connectedSince.length > 0) {
    await ledger.unpark(parked);
  }
  return connectedSince;
}

/** Meta's dashboard sends samples in the name of an account that there is none of. */
export function isDashboardTest({ entryId }: Change): boolean {
  return entryId === '0';
}
