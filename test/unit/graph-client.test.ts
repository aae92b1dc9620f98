import { createHmac } from 'node:crypto';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import tls from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { AppSecretSource } from '../../shared/app-secret/app-secret.port.ts';
import { AccessToken } from '../../shared/credentials/access-token.ts';
import { type GraphConfig, graphOverHttps } from '../../shared/graph/graph.graph.ts';
import type { GraphRequest } from '../../shared/graph/graph.port.ts';
import { loopbackCertificate } from './loopback-certificate.ts';

const token = new AccessToken('EAAsecretTokenOfNorth');

const appSecret: AppSecretSource = {
  read: async () => ({ appSecrets: ['first secret', 'second secret'], verifyTokens: ['v'] }),
};

const request: GraphRequest = {
  method: 'POST',
  path: '2001/messages',
  body: { to: '+4915112345678', text: { body: 'مرحبا' } },
  token,
};

const servers: Server[] = [];
const sockets = new Set<Socket>();

afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await Promise.all(
    servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))),
  );
  sockets.clear();
});

/** Starts a server on this machine. @returns its port, and its connections as they come */
async function listen(server: Server): Promise<{ port: number; connections: Socket[] }> {
  const connections: Socket[] = [];
  server.on('connection', (socket: Socket) => {
    connections.push(socket);
    sockets.add(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  servers.push(server);
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    connections,
  };
}

interface Seen {
  method: string | undefined;
  url: URL;
  headers: NodeJS.Dict<string | string[]>;
  body: string;
}

/** A Graph API that accepts everything. */
async function acceptingServer(certificate?: { cert: string; key: string }) {
  const seen: Seen[] = [];
  const server = certificate ? createHttpsServer(certificate) : createHttpServer();
  server.on('request', async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { method, headers } = incoming;
    seen.push({ method, headers, body, url: new URL(incoming.url ?? '', 'http://graph') });
    response.setHeader('content-type', 'application/json');
    response.end('{"messages":[{"id":"wamid.1"}]}');
  });
  return { ...(await listen(server)), seen };
}

/** A server that does with a connection's bytes what it is told, without knowing HTTP. */
async function rawServer(onData: (socket: Socket, received: string) => void) {
  const server = createTcpServer((socket) => {
    let received = '';
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1');
      onData(socket, received);
    });
  });
  return listen(server);
}

function graphAt(port: number, more: Partial<GraphConfig> = {}) {
  return graphOverHttps({
    ...{ url: `http://127.0.0.1:${port}`, version: 'v25.0', appSecret },
    ...{ connectTimeoutMs: 300, timeoutMs: 600 },
    ...more,
  });
}

describe('a call', () => {
  it('carries the token, its proof and the body as JSON', async () => {
    const { port, seen } = await acceptingServer();
    const query = { fields: 'id,name', after: 'a&b' };
    expect(await graphAt(port).call({ ...request, query })).toEqual({
      kind: 'ok',
      body: { messages: [{ id: 'wamid.1' }] },
    });
    const proof = createHmac('sha256', 'first secret').update(token.reveal()).digest('hex');
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({
      method: 'POST',
      url: { pathname: '/v25.0/2001/messages' },
      headers: {
        authorization: 'Bearer EAAsecretTokenOfNorth',
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(JSON.stringify(request.body))),
      },
    });
    expect(Object.fromEntries(seen[0]?.url.searchParams ?? [])).toEqual({
      ...query,
      appsecret_proof: proof,
    });
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual(request.body);
  });

  it.each(['GET', 'DELETE', 'POST'] as const)('by %s may have no body', async (method) => {
    const { port, seen } = await acceptingServer();
    const answer = await graphAt(port).call({ method, path: '1001/message_templates', token });
    expect(answer.kind).toBe('ok');
    expect(seen).toMatchObject([{ method, body: '' }]);
    expect(seen[0]?.headers).not.toHaveProperty('content-type');
  });

  it('goes over TLS to a server that is known, and not to another', async () => {
    const certificate = loopbackCertificate();
    const { port, seen, connections } = await acceptingServer(certificate);
    const graph = graphAt(port, { url: `https://127.0.0.1:${port}` });
    expect(await graph.call(request)).toEqual({
      kind: 'unsent',
      problem: 'The connection failed (DEPTH_ZERO_SELF_SIGNED_CERT)',
    });
    const known = tls.getCACertificates('default');
    tls.setDefaultCACertificates([certificate.cert]);
    try {
      for (const _ of [1, 2]) expect(await graph.call(request)).toMatchObject({ kind: 'ok' });
    } finally {
      tls.setDefaultCACertificates(known);
    }
    expect(seen).toHaveLength(2);
    // One was refused, the other used twice.
    expect(connections).toHaveLength(2);
  });
});

describe('a call that never left', () => {
  it.each<[string, () => Promise<Partial<GraphConfig>>, Partial<GraphRequest>]>([
    ['nobody listens', async () => ({ url: 'http://127.0.0.1:9' }), {}],
    ['there is no such host', async () => ({ url: 'http://graph.invalid' }), {}],
    [
      'the app secret cannot be read',
      async () => ({ appSecret: { read: () => Promise.reject(new Error('down')) } }),
      {},
    ],
    ['the token is none', async () => ({}), { token: new AccessToken('a\r\nb') }],
    ['the body is no JSON', async () => ({}), { body: { big: 1n } }],
    ['the address is none', async () => ({ url: 'nowhere' }), {}],
  ])('is unsent: %s', async (_why, config, call) => {
    const { port, connections } = await acceptingServer();
    const answer = await graphAt(port, await config()).call({ ...request, ...call });
    expect(answer).toEqual({ kind: 'unsent', problem: expect.any(String) });
    expect(connections).toHaveLength(0);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => {}],
    ['hangs up', (socket) => socket.resetAndDestroy()],
    ['speaks no TLS', (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ])('is unsent: the server %s when it is to encrypt', async (_what, act) => {
    let request_ = '';
    const { port } = await rawServer((socket, received) => {
      request_ = received;
      act(socket);
    });
    const graph = graphAt(port, { url: `https://127.0.0.1:${port}` });
    expect(await graph.call(request)).toEqual({ kind: 'unsent', problem: expect.any(String) });
    expect(request_).not.toContain('POST');
  });
});

const okHead = 'HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n';

describe('a call that may have arrived', () => {
  it.each<[string, (socket: Socket, received: string) => void]>([
    ['is never answered', () => {}],
    ['is reset', (socket) => socket.resetAndDestroy()],
    ['is hung up on', (socket) => socket.end()],
    ['is answered with half a head', (socket) => socket.end('HTTP/1.1 200 OK\r\ncontent-')],
    ['is answered with something else', (socket) => socket.end('SSH-2.0-OpenSSH\r\n')],
    [
      'is answered with a head alone',
      (socket) => socket.write(`${okHead}content-length: 9\r\n\r\n`),
    ],
    [
      'is answered in part',
      (socket) => socket.end(`${okHead}content-length: 99\r\n\r\n{"messages":`),
    ],
    [
      'is answered with half a chunk',
      (socket) => socket.end(`${okHead}transfer-encoding: chunked\r\n\r\nff\r\n{"a":`),
    ],
    [
      'is answered with JSON cut off',
      (socket) => socket.end(`${okHead}connection: close\r\n\r\n{"messages":`),
    ],
    [
      'is answered without end',
      (socket) => socket.end(`${okHead}\r\n"${'x'.repeat(6 * 1024 * 1024)}"`),
    ],
    ['is answered with a page', (socket) => socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n<html>')],
  ])('is ambiguous: it %s', async (_what, act) => {
    const { port, connections } = await rawServer((socket, received) => {
      if (received.includes('\r\n\r\n')) act(socket, received);
    });
    const answer = await graphAt(port).call(request);
    expect(answer).toEqual({ kind: 'ambiguous', problem: expect.any(String) });
    expect(JSON.stringify(answer)).not.toMatch(/EAA|proof|4915112345678|127\.0\.0\.1|messages/);
    expect(connections).toHaveLength(1);
  });

  it('is ambiguous: half of it is written', async () => {
    const { port } = await rawServer((socket) => socket.resetAndDestroy());
    const body = { text: 'x'.repeat(20 * 1024 * 1024) };
    expect((await graphAt(port).call({ ...request, body })).kind).toBe('ambiguous');
  });
});

describe('a connection', () => {
  function clock() {
    const time = { ms: 1_000_000 };
    return { time, now: () => time.ms };
  }

  it('is used again within three seconds, and never after', async () => {
    const { port, connections, seen } = await acceptingServer();
    const { time, now } = clock();
    const graph = graphAt(port, { now });
    for (const pauseMs of [0, 2999, 2999, 3000, 100, -100]) {
      time.ms += pauseMs;
      expect((await graph.call(request)).kind).toBe('ok');
    }
    expect(seen).toHaveLength(6);
    // Opened for the first call, after the pause of 3000 ms, and when the clock was set back.
    expect(connections).toHaveLength(3);
  });

  it('that Meta has closed while the function was frozen costs no message', async () => {
    const { port, connections, seen } = await acceptingServer();
    const { time, now } = clock();
    const graph = graphAt(port, { now });
    await graph.call(request);
    // The end of the connection has arrived, and nobody here has looked yet.
    connections[0]?.destroy();
    time.ms += 60_000;
    expect((await graph.call(request)).kind).toBe('ok');
    expect(seen).toHaveLength(2);
    expect(connections).toHaveLength(2);
  });

  it('is one that works, whichever of several was idle for too long', async () => {
    const body = '{"success":true}';
    const held: (() => void)[] = [];
    const { port } = await rawServer((socket) => {
      const answer = () => socket.write(`${okHead}content-length: ${body.length}\r\n\r\n${body}`);
      if (held.length < 2) held.push(answer);
      else answer();
    });
    const { time, now } = clock();
    const graph = graphAt(port, { now });
    const calls = [graph.call(request), graph.call(request)];
    while (held.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    for (const [index, call] of calls.entries()) {
      held[index]?.();
      await call;
      time.ms += 1000;
    }
    // The clock was set back: the connection that was used last is the one not to be trusted.
    time.ms -= 1500;
    expect((await graph.call(request)).kind).toBe('ok');
  });

  it('in use stays open, however long', async () => {
    const answers: (() => void)[] = [];
    const body = '{"success":true}';
    const { port, connections } = await rawServer((socket) => {
      answers.push(() => socket.write(`${okHead}content-length: ${body.length}\r\n\r\n${body}`));
      if (answers.length === 2) for (const answer of answers) answer();
    });
    const { time, now } = clock();
    const graph = graphAt(port, { now });
    const first = graph.call(request);
    while (answers.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    time.ms += 60_000;
    const both = await Promise.all([first, graph.call(request)]);
    expect(both.map(({ kind }) => kind)).toEqual(['ok', 'ok']);
    expect(connections).toHaveLength(2);
  });
});
