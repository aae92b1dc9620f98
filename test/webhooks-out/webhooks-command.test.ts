import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server, type ServerResponse } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { listenLocally, stopServer } from '../../local/servers.ts';
import { startCommand } from '../ops/run-command.ts';
import { secrets, verified } from './receiver.ts';

const servers: Server[] = [];
const directory = mkdtempSync(path.join(os.tmpdir(), 'nexus-webhooks-command-'));

afterEach(async () => {
  await Promise.all(servers.splice(0).map(stopServer));
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const run = (options: string[], secret = '') =>
  startCommand('ops/webhooks.ts', ['test', ...options], { env: { WEBHOOK_SECRET: secret } }).ended;

interface Request {
  headers: Record<string, string>;
  body: string;
}

/** An endpoint that answers what it is told to. */
async function serve(answer: (request: Request, response: ServerResponse) => void) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)]);
    answer({ headers: Object.fromEntries(headers), body }, response);
  });
  servers.push(server);
  return listenLocally(server);
}

const verifying = (events: unknown[]) => (request: Request, response: ServerResponse) => {
  try {
    events.push(verified(request.headers, request.body));
    response.writeHead(204).end();
  } catch {
    response.writeHead(401).end();
  }
};

describe('npm run webhooks -- test', () => {
  it('is content with an endpoint that takes a signed event and refuses a forged one', async () => {
    const events: unknown[] = [];
    const url = await serve(verifying(events));
    const { code, out, err } = await run(['--url', url, '--organization', 'acme'], secrets[0]);
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^ok {4}takes a signed event {2}\(204 after \d+ ms\)\n/);
    expect(out).toMatch(/^ok {4}refuses a forged one {2}\(401\)$/m);
    expect(events).toMatchObject([
      { schemaVersion: 1, type: 'endpoint.tested', organizationId: 'acme' },
    ]);
  });

  it('takes the secrets from a file, as they are put into Secrets Manager', async () => {
    const url = await serve(verifying([]));
    const file = path.join(directory, 'secret.json');
    writeFileSync(file, JSON.stringify({ secrets: [secrets[2], secrets[0]] }));
    expect((await run(['--url', url, '--secret-file', file])).code).toBe(0);
  });

  it('finds an endpoint that takes anything', async () => {
    const url = await serve((_, response) => response.end('ok'));
    const { code, out } = await run(['--url', url], secrets[0]);
    expect(code).toBe(1);
    expect(out).toMatch(/FAIL {2}refuses a forged one {2}\(200\)\n {6}Anybody/);
  });

  it.each([
    [308, /Redirects are not followed.*: https:\/\/www\.example\.com\//],
    [401, /does not accept the signature/],
    [404, /nothing at this path/],
    [422, /refuses the request/],
    [503, /endpoint fails/],
  ])('says what to do about %i', async (status, cure) => {
    const url = await serve((_, response) =>
      response.writeHead(status, { location: 'https://www.example.com/' }).end(),
    );
    const { code, out } = await run(['--url', url], secrets[0]);
    expect(code).toBe(1);
    expect(out).toMatch(cure);
    expect(out).not.toMatch('forged');
  });

  it('says what to do where nobody listens', async () => {
    const { code, out } = await run(['--url', 'http://127.0.0.1:9/'], secrets[0]);
    expect(code).toBe(1);
    expect(out).toMatch(/ECONNREFUSED\)\n {6}Nobody listens/);
  });

  it.each([
    ['no secret', ['--url', 'https://inbox.example.com/'], undefined, /WEBHOOK_SECRET/],
    ['a malformed secret', ['--url', 'https://inbox.example.com/'], 'whsec_x', /WEBHOOK_SECRET/],
    ['an address in the clear', ['--url', 'http://inbox.example.com/'], secrets[0], /https/],
    ['no file', ['--url', 'https://a.example/', '--secret-file', 'none'], undefined, /be read/],
  ])('sends nothing with %s', async (_, options, secret, message) => {
    const { code, err } = await run(options, secret);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err).not.toContain(secret ?? 'whsec_x');
  });
});
