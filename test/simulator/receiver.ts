import { createServer, type IncomingHttpHeaders } from 'node:http';
import { text } from 'node:stream/consumers';
import { listenLocally, stopServer } from '../../local/servers.ts';

/** One request as it came in. */
export interface Received {
  method: string | undefined;
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A loopback server that keeps what it receives; `answer` gives a status, or status and JSON. */
export async function startReceiver(
  answer: (request: Received, index: number) => number | [status: number, body: unknown],
) {
  const received: Received[] = [];
  const server = createServer(async (incoming, response) => {
    const { method, url: path = '', headers } = incoming;
    const request = { method, path, headers, body: await text(incoming) };
    const outcome = answer(request, received.push(request) - 1);
    const [status, body] = typeof outcome === 'number' ? [outcome, null] : outcome;
    response.writeHead(status).end(JSON.stringify(body));
  });
  return { url: await listenLocally(server), received, stop: () => stopServer(server) };
}
