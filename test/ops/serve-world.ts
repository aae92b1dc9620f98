import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { listenLocally, stopServer } from '../../local/servers.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { ConnectWorld } from '../connect/connect-world.ts';

/** The addresses of connecting, over HTTP. */
export interface ServedWorld {
  url: string;
  /** Each request, as `METHOD path`, without the polling. */
  requests: string[];
  stop(): Promise<void>;
}

/** Serves a world on the loopback interface. */
export async function serveWorld(world: ConnectWorld): Promise<ServedWorld> {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = '' } = request;
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://api');
    if (method !== 'GET' && method !== 'POST' && method !== 'DELETE') {
      response.writeHead(405).end();
      return;
    }
    if (method !== 'GET') requests.push(`${method} ${pathname}`);
    const body = method === 'GET' ? undefined : await json(request);
    const answer = await world.request(method, pathname, {
      query: Object.fromEntries(searchParams),
      ...(isJsonObject(body) && { body }),
    });
    response.writeHead(answer?.statusCode ?? 500, answer?.headers).end(answer?.body);
  });
  return { url: await listenLocally(server), requests, stop: () => stopServer(server) };
}
