import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { createServer } from 'node:https';
import os from 'node:os';
import path from 'node:path';
import { listenLocally, stopServer } from '../local/servers.ts';

/** Addresses with TLS before ones without. */
export interface TlsFront {
  /** A file for NODE_EXTRA_CA_CERTS. */
  certificateFile: string;
  /** Serves what this address serves, with TLS. */
  before(url: string): Promise<string>;
  stop(): Promise<void>;
}

/** Makes a certificate for this machine with `openssl`, and serves with it. */
export function startTlsFront(): TlsFront {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-tls-'));
  const [key = '', cert = ''] = ['key.pem', 'cert.pem'].map((name) => path.join(directory, name));
  execFileSync(
    'openssl',
    [
      ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
      ...['-keyout', key, '-out', cert, '-days', '1', '-subj', '/CN=localhost'],
      ...['-addext', 'subjectAltName=IP:127.0.0.1,DNS:localhost'],
    ],
    { stdio: 'ignore' },
  );
  const agent = new Agent({ keepAlive: true });
  const servers: ReturnType<typeof createServer>[] = [];
  return {
    certificateFile: cert,
    async before(url) {
      const server = createServer(
        { key: readFileSync(key), cert: readFileSync(cert), keepAliveTimeout: 60_000 },
        (incoming, outgoing) => {
          const { method = 'GET', headers } = incoming;
          const forward = request(new URL(incoming.url ?? '/', url), { agent, method, headers });
          forward.on('response', (answer) => {
            outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(outgoing);
          });
          forward.on('error', (error) => outgoing.destroy(error));
          incoming.pipe(forward);
        },
      );
      servers.push(server);
      return (await listenLocally(server)).replace('http:', 'https:');
    },
    async stop() {
      agent.destroy();
      await Promise.all(servers.map(stopServer));
      rmSync(directory, { recursive: true });
    },
  };
}
