import type {
  ConnectionOwner,
  ConnectionRecord,
} from '../../shared/connections/connection.schema.ts';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { ConnectPorts } from './connect.port.ts';
import { ConnectFailure } from './connect-failure.ts';
import { assertReaches, type Grants, grantsOf } from './meta-account.ts';

/** A token that an organisation has brought. */
export interface BroughtToken {
  organizationId: string;
  userId?: string | undefined;
  source: ConnectionRecord['source'];
  /** The WABA that the caller has named. Anybody may have written it. */
  wabaHint?: string | undefined;
  wantedNumbers?: string[] | undefined;
  /** When it came, RFC 3339: of two tokens the later one stays. */
  broughtAt: string;
}

/**
 * Makes a token the organisation's own for a WABA that it reaches, and begins the connection anew.
 * @throws ConnectFailure where Meta says that it is not good for that
 */
export async function adopt(
  brought: BroughtToken,
  token: AccessToken,
  ports: ConnectPorts,
): Promise<ConnectionOwner> {
  const { organizationId, broughtAt: storedAt } = brought;
  const grants = await grantsOf(ports.appGraph, token, ports.app.appId);
  const wabaId = await accountOf(brought, grants, token, ports);
  const owner = { organizationId, wabaId };
  if (isOutdated(storedAt, await ports.connections.find(owner))) {
    return owner;
  }
  await ports.store.store({ ...owner, storedAt }, token);
  await ports.connections.change(owner, (known) => begun({ ...brought, ...owner }, grants, known));
  if (grants.metaUserId !== undefined) {
    await ports.people.remember(grants.metaUserId, owner);
  }
  return owner;
}

/** What the browser says is a hint: only what Meta has granted counts. */
async function accountOf(
  { wabaHint }: BroughtToken,
  { wabaIds }: Grants,
  token: AccessToken,
  { graph }: ConnectPorts,
): Promise<string> {
  const wabaId = wabaHint ?? wabaIds?.[0];
  if (wabaId === undefined) {
    throw new ConnectFailure('account-unknown');
  }
  if (wabaIds && !wabaIds.includes(wabaId)) {
    throw new ConnectFailure('account-not-granted');
  }
  if (!wabaIds) {
    await assertReaches(graph, token, wabaId);
  }
  return wabaId;
}

function begun(
  brought: BroughtToken & ConnectionOwner,
  { scopes, expiresAt, dataAccessExpiresAt }: Grants,
  known: ConnectionRecord | undefined,
): ConnectionRecord | undefined {
  const { organizationId, wabaId, userId, source, wantedNumbers, broughtAt } = brought;
  if (isOutdated(broughtAt, known)) {
    return undefined;
  }
  return {
    ...{ organizationId, wabaId, source, scopes },
    ...(userId === undefined ? {} : { userId }),
    ...(wantedNumbers === undefined ? {} : { wantedNumbers }),
    state: known?.numbers.some(({ active }) => active) ? 'degraded' : 'connecting',
    connectedAt: broughtAt,
    stateAt: broughtAt,
    steps: { grants: broughtAt },
    // Meta counts registrations however often a number is connected, and gives its data once each time.
    numbers: (known?.numbers ?? []).map((number) => ({ ...number, synced: {} })),
    webhookOverride: known?.webhookOverride ?? false,
    restrictions: known?.restrictions ?? [],
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(dataAccessExpiresAt === undefined ? {} : { dataAccessExpiresAt }),
  };
}

/** Of a token that was brought before: what was brought or taken apart later stays as it is. */
function isOutdated(broughtAt: string, known: ConnectionRecord | undefined): boolean {
  const since = known?.problem?.step === 'disconnect' ? known.stateAt : known?.connectedAt;
  return since !== undefined && since >= broughtAt;
}
