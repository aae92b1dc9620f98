import type {
  ConnectionOwner,
  ConnectionRecord,
} from '../../shared/connections/connection.schema.ts';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import type { ConnectPorts } from './connect.port.ts';
import { ConnectFailure } from './connect-failure.ts';
import { noConnection } from './connect-problems.ts';
import { act } from './meta-account.ts';
import { release } from './release.ts';

/**
 * Takes a connection apart: closes its routes, ends the app's subscription where nobody else needs it,
 * deletes the token. The numbers stay registered at Meta. May be said again, also after a failure.
 * @throws Problem where the organisation has no such connection
 */
export async function disconnect(
  owner: ConnectionOwner,
  ports: ConnectPorts,
): Promise<ConnectionRecord> {
  const { organizationId, wabaId } = owner;
  const record = await ports.connections.change(
    owner,
    (known) => known && disconnected(known, ports),
  );
  if (!record) {
    throw noConnection();
  }
  await release(record, ports);
  await unsubscribe(owner, ports);
  await ports.store.remove(organizationId, wabaId);
  return record;
}

function disconnected(record: ConnectionRecord, { now }: ConnectPorts): ConnectionRecord {
  if (record.problem?.step === 'disconnect') {
    return record;
  }
  return {
    ...record,
    state: 'disconnected',
    stateAt: now().toISOString(),
    steps: {},
    problem: new ConnectFailure('disconnected-by-organization').problemAt('disconnect'),
    numbers: record.numbers.map((number) => ({ ...number, active: false })),
  };
}

/** What Meta refuses here is no reason to keep a token. */
async function unsubscribe({ organizationId, wabaId }: ConnectionOwner, ports: ConnectPorts) {
  const credential = await ports.credentials.find(organizationId, wabaId);
  if (!credential || (await ports.claims.usersOf(wabaId)).length > 0) {
    return;
  }
  try {
    const token = await ports.credentials.open(credential);
    await subscription('DELETE', wabaId, token, ports);
    // Somebody who came meanwhile has found the app subscribed.
    if ((await ports.claims.usersOf(wabaId)).length > 0) {
      await subscription('POST', wabaId, token, ports);
    }
  } catch (error) {
    ports.report(error);
  }
}

function subscription(
  method: 'POST' | 'DELETE',
  wabaId: string,
  token: AccessToken,
  { graph }: ConnectPorts,
): Promise<void> {
  return act(graph, { method, path: `${wabaId}/subscribed_apps`, token });
}
