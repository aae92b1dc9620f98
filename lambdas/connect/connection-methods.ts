import { connectionView } from '../../shared/connections/connection-view.ts';
import { type ApiMethod, apiMethod } from '../../shared/http/api.ts';
import type { ConnectPorts } from './connect.port.ts';
import { disconnectSchema, listQuerySchema, saveSchema } from './connect-request.schema.ts';
import { disconnect } from './disconnect.ts';
import { listConnections, saveCredentials } from './save-credentials.ts';

/** The methods of `/save-whatsapp-credentials`. */
export function connectionMethods(
  ports: ConnectPorts,
): Record<'GET' | 'POST' | 'DELETE', ApiMethod> {
  return {
    POST: apiMethod({
      input: { body: saveSchema },
      handle: async (request) => {
        const record = await saveCredentials(request, ports);
        return { status: 200, body: { connection: connectionView(record, undefined) } };
      },
    }),
    GET: apiMethod({
      input: { query: listQuerySchema },
      handle: async (query) => ({ status: 200, body: await listConnections(query, ports) }),
    }),
    DELETE: apiMethod({
      input: { body: disconnectSchema },
      handle: async (owner) => {
        const record = await disconnect(owner, ports);
        return { status: 200, body: { connection: connectionView(record, undefined) } };
      },
    }),
  };
}
