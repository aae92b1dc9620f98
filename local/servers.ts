import { once } from 'node:events';
import type { Server } from 'node:http';

/** Listens on the loopback interface (port 0: any free one) and gives the address, without a slash at its end. */
export async function listenLocally(server: Server, port = 0): Promise<string> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || !address) throw new Error('The server has no address');
  return `http://127.0.0.1:${address.port}`;
}

/** Closes a server with all its connections, idle or not. */
export async function stopServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
