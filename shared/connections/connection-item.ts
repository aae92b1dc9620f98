/**
 * How a connection lies in the table, `ORG#<organisation>` / `CONNECTION#<waba>`:
 * - `connection`: the `ConnectionRecord` as JSON; `version`: a number that each change adds one to;
 *   `writeId`: of the last write, by which a writer knows its own;
 * - `told:<version>`: the event `connection.updated` as JSON, written with the change that it tells of
 *   and removed with the next one: what is new in the stream is what `publish` tells.
 *
 * It stays when the organisation disconnects. Its token lies beside it (`credential-item.ts`).
 */
export function connectionKey(organizationId: string, wabaId: string): { pk: string; sk: string } {
  return { pk: `ORG#${organizationId}`, sk: `${connectionSortKeyPrefix}${wabaId}` };
}

/** How the sort key of every connection begins. */
export const connectionSortKeyPrefix = 'CONNECTION#';
