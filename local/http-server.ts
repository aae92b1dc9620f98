import { createServer, type IncomingMessage } from 'node:http';
import { BootError } from './boot-error.ts';
import { type HttpAnswer, jsonAnswer } from './http-event.ts';
import type { LocalRoute } from './routes.ts';
import { listenLocally, stopServer } from './servers.ts';

/** The address of the local run. */
export interface HttpServer {
  url: string;
  port: number;
  /** Serves `/_local/*` addresses; one that is there already is replaced. */
  addLocalRoutes(routes: LocalRoute[]): void;
  /** Serves everything else, which is answered 503 until then. */
  serveApi(answer: (request: IncomingMessage) => Promise<HttpAnswer>): void;
  stop(): Promise<void>;
}

const maxLocalBodyBytes = 16 * 1024 * 1024;

/** Reads a body; undefined for one that is longer than the limit, which is read to its end all the same. */
export async function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= maxBytes) chunks.push(chunk);
  }
  return bytes <= maxBytes ? Buffer.concat(chunks) : undefined;
}

async function callLocalRoute(
  route: LocalRoute,
  query: URLSearchParams,
  request: IncomingMessage,
): Promise<HttpAnswer> {
  const text = String((await readBody(request, maxLocalBodyBytes)) ?? '');
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch {
    return jsonAnswer(400, { message: 'The body is not JSON' });
  }
  const answer = await route.handle({ query, body });
  return answer.contentType === undefined
    ? jsonAnswer(answer.status, answer.body)
    : {
        status: answer.status,
        headers: { 'content-type': `${answer.contentType}; charset=utf-8` },
        body: String(answer.body),
      };
}

/** Starts listening on the loopback interface. Throws `BootError` for a port that is taken. */
export async function startHttpServer(port: number): Promise<HttpServer> {
  const localRoutes = new Map<string, LocalRoute>();
  let api = async (_: IncomingMessage) => jsonAnswer(503, { message: 'Service Unavailable' });
  const server = createServer(async (request, response) => {
    const answer = await handle(request).catch((error) =>
      jsonAnswer(500, { message: `The local run failed: ${error}` }),
    );
    response.writeHead(answer.status, answer.headers).end(answer.body);
  });
  const url = await listenLocally(server, port).catch((error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    throw new BootError(
      `Port ${port} is taken, perhaps by another "npm start": end that one, or use another port:\n\n  PORT=${port + 1} npm start`,
    );
  });

  async function handle(request: IncomingMessage): Promise<HttpAnswer> {
    const { pathname, searchParams } = new URL(request.url ?? '/', url);
    const route = localRoutes.get(`${request.method} ${pathname}`);
    if (route) return await callLocalRoute(route, searchParams, request);
    if (pathname.startsWith('/_local/')) return jsonAnswer(404, { message: 'Not Found' });
    return await api(request);
  }

  return {
    url,
    port: Number(new URL(url).port),
    addLocalRoutes: (routes) => {
      for (const route of routes) localRoutes.set(`${route.method} ${route.path}`, route);
    },
    serveApi: (answer) => {
      api = answer;
    },
    stop: () => stopServer(server),
  };
}
