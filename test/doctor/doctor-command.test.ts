import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readHealth } from '../../lambdas/inbox/health.ts';
import { listenLocally, stopServer } from '../../local/servers.ts';
import { healthReportSchema } from '../../shared/doctor/report.schema.ts';
import { jsonApi } from '../../shared/http/api.ts';
import { type DoctorWorld, startDoctorWorld } from './doctor-world.ts';

let world: DoctorWorld;
let api: Awaited<ReturnType<typeof serveHealth>>;
beforeEach(async () => {
  world = await startDoctorWorld();
  api = await serveHealth();
});
afterEach(async () => {
  await api.stop();
  await world.stop();
});

/** GET `/whatsapp-health`, as the API answers it; `date` is what its clock shows. */
async function serveHealth() {
  const answer = jsonApi(
    { GET: readHealth(world.ports) },
    { organizationsClaim: undefined, onError: () => undefined },
  );
  const clock: { date?: string } = {};
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://api');
    const { statusCode, headers, body } = await answer({
      rawPath: url.pathname,
      requestContext: { http: { method: request.method } },
      queryStringParameters: Object.fromEntries(url.searchParams),
    });
    response.writeHead(statusCode, { ...headers, ...clock }).end(body);
  });
  return { url: await listenLocally(server), clock, stop: () => stopServer(server) };
}

function doctor(...options: string[]) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['ops/doctor.ts', ...options],
      { env: { ...process.env, FORCE_COLOR: '' } },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

const ofAcme = () => ['--organization', 'acme', '--api-url', api.url];

describe('npm run doctor', () => {
  it('prints a row for each check, without colours into a pipe, and ends with 0', async () => {
    const { code, out, err } = await doctor(...ofAcme());
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^Organisation acme, 2026-11-22T12:00:00\.000Z\n/);
    expect(out).toMatch(/^ {2}ok {7}Access token +1001$/m);
    expect(out).toMatch(/^ {2}ok {7}This machine's clock$/m);
    expect(out).toMatch(/\n\d+ ok, 0 to look at, 0 failed, 0 skipped\n$/);
    expect(out).not.toContain('\u001b');
  });

  it('prints cause and cure under what failed, and ends with 1', async () => {
    await world.call('DELETE', '1001/subscribed_apps');
    const { code, out } = await doctor(...ofAcme());
    expect(code).toBe(1);
    expect(out).toMatch(
      /^ {2}FAIL {5}Account's webhooks +1001\n +cause: The account's webhooks do not come to this app\.\n +cure: {2}POST/m,
    );
  });

  it('warns without failing', async () => {
    const disabled = { name: 'news', language: 'en', status: 'DISABLED' };
    await world.local('templates', { wabaId: '1001', ...disabled });
    const { code, out } = await doctor(...ofAcme());
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}warn {5}Templates +1001\n +cause: DISABLED: news \(en\)\./m);
  });

  it('prints the report as JSON', async () => {
    const { code, out } = await doctor(...ofAcme(), '--json');
    expect(code).toBe(0);
    const { checks, ...report } = healthReportSchema.parse(JSON.parse(out));
    expect(report).toMatchObject({ organizationId: 'acme', healthy: true });
    expect(checks.at(-1)).toMatchObject({ id: 'clock', status: 'ok' });
  });

  it.each([
    [60_000, 0, /^ {2}warn {5}This machine's clock\n +cause: It is (59|6\d) s fast/m],
    [-600_000, 1, /^ {2}FAIL {5}This machine's clock\n +cause: It is (59\d|60[01]) s slow/m],
  ])('notices a clock that is %d ms off', async (skewMs, code, row) => {
    api.clock.date = new Date(Date.now() - skewMs).toUTCString();
    const found = await doctor(...ofAcme());
    expect(found.code).toBe(code);
    expect(found.out).toMatch(row);
  });

  it('tells what is wrong with the request, and ends with 2', async () => {
    const { code, out, err } = await doctor('--organization', 'a b', '--api-url', api.url);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/^GET \/whatsapp-health answers 400: One thing is wrong with the query/);
  });

  it('tells that nothing is there, and ends with 2', async () => {
    const nowhere = ['--organization', 'acme', '--api-url', 'http://127.0.0.1:9'];
    const { code, err } = await doctor(...nowhere);
    expect(code).toBe(2);
    expect(err).toMatch(/^http:\/\/127\.0\.0\.1:9 does not answer\..*"npm start"/);
  });
});
