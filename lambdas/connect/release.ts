import type { ConnectionRecord } from '../../shared/connections/connection.schema.ts';
import type { ConnectPorts } from './connect.port.ts';

/** Closes the routes of a connection and leaves their tombstones. */
export async function release(
  { organizationId, wabaId, numbers }: ConnectionRecord,
  { claims, now }: Pick<ConnectPorts, 'claims' | 'now'>,
): Promise<void> {
  for (const { phoneNumberId } of numbers) {
    await claims.releaseNumber({ organizationId, wabaId, phoneNumberId }, now());
  }
  await claims.releaseAccount({ organizationId, wabaId }, now());
}
