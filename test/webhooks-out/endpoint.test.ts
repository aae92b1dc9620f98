import { createServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  type EndpointConfig,
  endpointOverHttps,
} from '../../shared/webhooks-out/endpoint.https.ts';
import { loopbackCertificate } from '../unit/loopback-certificate.ts';

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  );
});

/** Starts a server on this machine. @returns its port, and how many connections it has seen */
async function listen(server: Server): Promise<{ port: number; connections: () => number }> {
  let connections = 0;
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    connections: () => connections,
  };
}

async function serving(listener: RequestListener, more: Partial<EndpointConfig> = {}) {
  const { port, connections } = await listen(createServer(listener));
  const url = `http://127.0.0.1:${port}/whatsapp?key=1`;
  return { endpoint: endpointOverHttps({ url, ...more }), connections };
}

const json = '{"text":"مرحبا"}';

describe('a post', () => {
  it('carries the body byte by byte, the headers, and what it is', async () => {
    let seen: unknown;
    const { endpoint } = await serving(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const { method, url, headers } = request;
      seen = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
      response.end('thank you');
    });
    expect(await endpoint.post({ 'webhook-id': 'e-1' }, json)).toMatchObject({ status: 200 });
    expect(seen).toMatchObject({
      ...{ method: 'POST', url: '/whatsapp?key=1', body: json },
      headers: {
        'webhook-id': 'e-1',
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(json)),
        'user-agent': 'nexus-whatsapp/1',
      },
    });
  });

  it('tells of an answer the status, when to come again, and a redirect that it does not follow', async () => {
    let requests = 0;
    const { endpoint } = await serving((_, response) => {
      requests++;
      response.writeHead(307, { location: '/elsewhere', 'retry-after': '7' }).end();
    });
    expect(await endpoint.post({}, json)).toEqual({
      ...{ kind: 'answered', status: 307, retryAfterMs: 7000, location: '/elsewhere' },
    });
    expect(requests).toBe(1);
  });

  it.each([
    ['Thu, 01 Jan 2026 00:01:00 GMT', 60_000],
    ['Wed, 31 Dec 2025 23:00:00 GMT', undefined],
    ['soon', undefined],
    ['-5', undefined],
  ])('reads Retry-After: %s', async (header, retryAfterMs) => {
    const { endpoint } = await serving(
      (_, response) => response.writeHead(503, { 'retry-after': header }).end(),
      { now: () => Date.parse('2026-01-01T00:00:00Z') },
    );
    expect(await endpoint.post({}, json)).toMatchObject({ status: 503, retryAfterMs });
  });

  it('uses its connection again, unless it was idle', async () => {
    let now = 0;
    const { endpoint, connections } = await serving((_, response) => response.end('ok'), {
      now: () => now,
    });
    for (const at of [5000, 5900, 6800]) {
      now = at;
      await endpoint.post({}, json);
    }
    expect(connections()).toBe(1);
    now = 7800;
    await endpoint.post({}, json);
    expect(connections()).toBe(2);
  });

  it.each([
    ['never ends', 0],
    ['is endless', 1024],
  ])('takes the status of an answer that %s for the answer', async (_, bytes) => {
    const { endpoint } = await serving(
      (_request, response) => {
        response.writeHead(200);
        response.write('x'.repeat(100));
        if (bytes > 0) {
          const timer = setInterval(() => response.write('x'.repeat(bytes * 64)), 1);
          response.once('close', () => clearInterval(timer));
        }
      },
      { timeoutMs: 500 },
    );
    expect(await endpoint.post({}, json)).toMatchObject({ kind: 'answered', status: 200 });
  });
});

describe('without an answer', () => {
  it('it is given up after a time', async () => {
    const { endpoint } = await serving(() => {}, { timeoutMs: 100 });
    expect(await endpoint.post({}, json)).toEqual({
      ...{ kind: 'unanswered', problem: 'answer-timeout' },
    });
  });

  it('a connection that does not become encrypted is given up sooner', async () => {
    const { port } = await listen(createTcpServer());
    const endpoint = endpointOverHttps({
      ...{ url: `https://127.0.0.1:${port}/`, connectTimeoutMs: 100, timeoutMs: 5000 },
    });
    expect(await endpoint.post({}, json)).toEqual({
      ...{ kind: 'unanswered', problem: 'connect-timeout' },
    });
  });

  it.each([
    ['ECONNRESET', (socket: Socket) => socket.destroy()],
    ['HPE_INVALID_CONSTANT', (socket: Socket) => socket.end('SSH-2.0-what\r\n\r\n')],
  ])('it is told why: %s', async (problem, onConnection) => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => onConnection(socket));
    });
    const { port } = await listen(server);
    const endpoint = endpointOverHttps({ url: `http://127.0.0.1:${port}/` });
    expect(await endpoint.post({}, json)).toEqual({ kind: 'unanswered', problem });
  });

  it('it is told that nobody listens', async () => {
    const endpoint = endpointOverHttps({ url: 'http://127.0.0.1:9/' });
    expect(await endpoint.post({}, json)).toEqual({
      ...{ kind: 'unanswered', problem: 'ECONNREFUSED' },
    });
  });
});

describe('https', () => {
  it('refuses a certificate that no authority has signed, and takes one that is trusted', async () => {
    const certificate = loopbackCertificate();
    const { port } = await listen(
      createHttpsServer(certificate, (_, response) => response.end('ok')),
    );
    const url = `https://127.0.0.1:${port}/`;
    expect(await endpointOverHttps({ url }).post({}, json)).toEqual({
      ...{ kind: 'unanswered', problem: 'DEPTH_ZERO_SELF_SIGNED_CERT' },
    });
    const before = tls.getCACertificates('default');
    tls.setDefaultCACertificates([certificate.cert]);
    try {
      expect(await endpointOverHttps({ url }).post({}, json)).toMatchObject({ status: 200 });
    } finally {
      tls.setDefaultCACertificates(before);
    }
  });

  it.each(['http://inbox.example.com/', 'http://127.0.0.1.example.com/', 'ftp://127.0.0.1/'])(
    'is asked for: %s is refused',
    (url) => {
      expect(() => endpointOverHttps({ url })).toThrow('https');
    },
  );
});
