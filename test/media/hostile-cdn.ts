import { createHash } from 'node:crypto';
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { Readable } from 'node:stream';

/** A file that Meta has. */
export interface CdnFile {
  sizeBytes: number;
  /** Hexadecimal. */
  sha256: string;
  bytes(): Readable;
}

/** A file with these bytes. */
export function fileOf(content: Uint8Array | string): CdnFile {
  const bytes = Buffer.from(content);
  return {
    sizeBytes: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    bytes: () => Readable.from([bytes], { objectMode: false }),
  };
}

/** A file that begins with `start` and is so large, without being held in memory. */
export function largeFile(start: string, sizeBytes: number): CdnFile {
  const block = Buffer.alloc(64 * 1024, 'x');
  function* blocks(): Generator<Buffer> {
    const first = Buffer.from(start, 'latin1');
    yield first;
    for (let left = sizeBytes - first.length; left > 0; left -= block.length) {
      yield block.subarray(0, Math.min(left, block.length));
    }
  }
  const digest = createHash('sha256');
  for (const part of blocks()) {
    digest.update(part);
  }
  return {
    sizeBytes,
    sha256: digest.digest('hex'),
    bytes: () => Readable.from(blocks(), { objectMode: false }),
  };
}

/** A server on this machine. */
export interface LocalServer {
  port: number;
  url: string;
  stop(): Promise<void>;
}

/** Starts a server on a free port of the loopback interface. */
export async function startServer(listener: RequestListener): Promise<LocalServer> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A request for a file, as it arrived. */
export interface CdnRequest {
  host: string;
  path: string;
  authorization: string | undefined;
  userAgent: string | undefined;
}

/** How a CDN answers. */
export type CdnAnswer = (
  file: CdnFile,
  response: ServerResponse,
  request: IncomingMessage,
) => void | Promise<void>;

/** Meta's Graph API and CDN in one process, which do what a test says. */
export interface HostileMeta {
  /** The Graph API. */
  graphUrl: string;
  cdnPort: number;
  /** Of the last scenario. */
  cdnRequests: CdnRequest[];
  /** How often the Graph API was asked, of the last scenario. */
  graphCalls: number;
  play(scenario: { file: CdnFile; graph: CdnAnswer; cdn: CdnAnswer }): void;
  stop(): Promise<void>;
}

/** Starts both. */
export async function startHostileMeta(): Promise<HostileMeta> {
  const nothing: CdnAnswer = (_file, response) => {
    response.writeHead(500).end();
  };
  let played = { file: fileOf(''), graph: nothing, cdn: nothing };
  const [graph, cdn] = await Promise.all([
    startServer((request, response) => {
      meta.graphCalls++;
      void played.graph(played.file, response, request);
    }),
    startServer((request, response) => {
      const { host = '', authorization, 'user-agent': userAgent } = request.headers;
      meta.cdnRequests.push({ host, path: request.url ?? '', authorization, userAgent });
      void played.cdn(played.file, response, request);
    }),
  ]);
  const meta: HostileMeta = {
    graphUrl: graph.url,
    cdnPort: cdn.port,
    cdnRequests: [],
    graphCalls: 0,
    play(scenario) {
      played = scenario;
      meta.cdnRequests = [];
      meta.graphCalls = 0;
    },
    async stop() {
      await Promise.all([graph.stop(), cdn.stop()]);
    },
  };
  return meta;
}

/** What arrived at S3 in one request. */
export interface S3Request {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  received: number;
  sha256: string;
  /** All of what was promised arrived: S3 has an object. */
  isWhole: boolean;
}

/** A server in place of S3 that keeps what was asked of it and nothing else. */
export async function startS3(): Promise<LocalServer & { requests: S3Request[] }> {
  const requests: S3Request[] = [];
  const server = await startServer((request, response) => {
    const digest = createHash('sha256');
    const kept: S3Request = {
      method: request.method ?? '',
      path: request.url?.split('?')[0] ?? '',
      headers: request.headers,
      received: 0,
      sha256: '',
      isWhole: false,
    };
    requests.push(kept);
    request.on('data', (chunk: Buffer) => {
      kept.received += chunk.length;
      digest.update(chunk);
    });
    request.on('error', () => undefined);
    request.on('end', () => {
      kept.sha256 = digest.digest('hex');
      kept.isWhole = true;
      response.writeHead(200, { etag: '"etag"' }).end();
    });
  });
  return { ...server, requests };
}
