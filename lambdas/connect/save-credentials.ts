import type { ConnectionRecord } from '../../shared/connections/connection.schema.ts';
import { type ConnectionView, connectionView } from '../../shared/connections/connection-view.ts';
import type { AccessToken } from '../../shared/credentials/access-token.ts';
import { adopt } from './adopt.ts';
import { advance } from './advance.ts';
import type { ConnectPorts } from './connect.port.ts';
import { ConnectFailure } from './connect-failure.ts';
import { noConnection, stepProblem } from './connect-problems.ts';
import { numbersOf } from './meta-account.ts';
import { numberNow } from './number-now.ts';

/** API Gateway waits 30 seconds; a step that has begun may take some of them, in ms. */
const requestMs = 20_000;

/** A token that somebody has made in Meta's Business Manager. */
export interface SavedCredentials {
  organizationId: string;
  wabaId: string;
  accessToken: AccessToken;
  phoneNumberIds?: string[] | undefined;
}

/**
 * Connects an organisation with a token made by hand, after Meta was asked what it is good for.
 * @throws Problem where it is not: then nothing is stored
 */
export async function saveCredentials(
  { organizationId, wabaId, accessToken, phoneNumberIds }: SavedCredentials,
  ports: ConnectPorts,
): Promise<ConnectionRecord> {
  const broughtAt = ports.now().toISOString();
  const brought = { organizationId, wabaHint: wabaId, wantedNumbers: phoneNumberIds, broughtAt };
  try {
    const owner = await adopt({ ...brought, source: 'by-hand' }, accessToken, ports);
    const record = await advance(owner, { deadlineMs: Date.parse(broughtAt) + requestMs }, ports);
    if (!record) throw noConnection();
    return record;
  } catch (error) {
    if (!(error instanceof ConnectFailure)) throw error;
    const problem = stepProblem('grants', error);
    ports.report(problem);
    throw problem;
  }
}

/**
 * An organisation's connections as anybody may see them.
 * @param query.source `live`: Meta is asked for the numbers first, where it can be
 */
export async function listConnections(
  query: {
    organizationId: string;
    limit: number;
    cursor?: string | undefined;
    source: 'live' | 'stored';
  },
  ports: ConnectPorts,
): Promise<{ data: ConnectionView[]; nextCursor?: string }> {
  const { organizationId, limit, cursor: after, source } = query;
  const { connections, next } = await ports.connections.list(organizationId, { after, limit });
  const data = await Promise.all(
    connections.map(async (record) => {
      const shown = source === 'live' ? await refreshed(record, ports) : record;
      const { wabaId } = record;
      return connectionView(shown, await ports.credentials.find(organizationId, wabaId));
    }),
  );
  return { data, ...(next === undefined ? {} : { nextCursor: next }) };
}

/** The connection with its numbers as Meta shows them now; as it was where Meta cannot be asked. */
async function refreshed(record: ConnectionRecord, ports: ConnectPorts): Promise<ConnectionRecord> {
  const { organizationId, wabaId } = record;
  const credential = await ports.credentials.find(organizationId, wabaId);
  if (credential?.state !== 'VALID' || record.steps.activate === undefined) {
    return record;
  }
  try {
    const token = await ports.credentials.open(credential);
    const listed = await numbersOf(ports.graph, token, wabaId);
    const numbers = record.numbers.map((known) => {
      const meta = listed.find(({ id }) => id === known.phoneNumberId);
      const { problem } = known;
      // Only doing the steps again clears what connecting has found wrong.
      return meta
        ? { ...numberNow(meta, { known, ...ports.app }), ...(problem && { problem }) }
        : known;
    });
    return { ...record, numbers };
  } catch (error) {
    ports.report(error);
    return record;
  }
}
