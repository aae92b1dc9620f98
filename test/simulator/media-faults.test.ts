import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { mediaObject } from '../../local/meta/messages.ts';
import { type EdgeServer, signUpTenant, startEdges, type Tenant } from './edge-server.ts';

const media = z.looseObject({ id: z.string(), url: z.string(), sha256: z.string() });

let graph: EdgeServer;
let tenant: Tenant;
let image: z.output<typeof media>;
let size: number;
beforeEach(async () => {
  graph = await startEdges();
  graph.clock.now = Date.now();
  tenant = await signUpTenant(graph);
  image = media.parse(mediaObject('image', tenant, graph.url));
  const { body } = await graph.get(image.id, tenant.token);
  size = Number(body['file_size']);
});
afterEach(() => graph.stop());

const fault = (body: unknown) => graph.local('media-faults', body);
const bearer = () => ({ authorization: `Bearer ${tenant.token}` });
const download = (url = image.url, init: RequestInit = {}) =>
  fetch(url, { headers: bearer(), redirect: 'manual', ...init });
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer());
const hashOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('base64');

async function expectWhole(response: Response): Promise<void> {
  expect(response.status).toBe(200);
  expect(hashOf(await bytesOf(response))).toBe(image.sha256);
}

describe('the next downloads', () => {
  it('go wrong as often as is asked for, one fault after the other, and then no more', async () => {
    await fault({ kind: '500', count: 2 });
    const answer = await fault({ kind: '404' });
    const waiting = [
      { kind: '500', count: 2 },
      { kind: '404', count: 1 },
    ];
    expect(answer).toEqual({ status: 200, body: { faults: waiting } });
    const statuses = [];
    for (let index = 0; index < 4; index++) statuses.push((await download()).status);
    expect(statuses).toEqual([500, 500, 404, 200]);
  });

  it('go wrong only where they would succeed', async () => {
    await fault({ kind: '500' });
    expect((await download(image.url, { headers: {} })).status).toBe(401);
    expect((await graph.get(image.id, tenant.token)).status).toBe(200);
    expect((await download()).status).toBe(500);
  });

  it('succeed again after a reset', async () => {
    await fault({ kind: '500', count: 9 });
    expect(await fault({ reset: true })).toEqual({ status: 200, body: { faults: [] } });
    await expectWhole(await download());
  });

  it.each([
    [{ kind: 'sideways' }, 'kind'],
    [{ kind: '500', count: 0 }, 'count'],
    [{ kind: '500', path: 'x' }, 'path'],
    [undefined, ''],
  ])('are not changed by %j', async (body, problem) => {
    expect(await fault(body)).toEqual({
      status: 400,
      body: { problems: [expect.stringContaining(problem)] },
    });
    await expectWhole(await download());
  });
});

describe('a download', () => {
  it.each([401, 404, 429, 500])('is refused with %i', async (status) => {
    await fault({ kind: String(status) });
    expect((await download()).status).toBe(status);
  });

  it.each([
    ['short', (whole: number) => Math.floor(whole / 2)],
    ['long', (whole: number) => whole + 1024],
  ])('is too %s, and says so in its length', async (kind, expected) => {
    await fault({ kind });
    const response = await download();
    const bytes = await bytesOf(response);
    expect(response.headers.get('content-length')).toBe(String(expected(size)));
    expect(bytes).toHaveLength(expected(size));
  });

  it('has the right beginning and length, and another hash', async () => {
    await fault({ kind: 'wrong-hash' });
    const bytes = await bytesOf(await download());
    const right = await bytesOf(await download());
    expect(bytes).toHaveLength(size);
    expect(bytes.subarray(0, -1)).toEqual(right.subarray(0, -1));
    expect(hashOf(bytes)).not.toBe(image.sha256);
  });

  it('is a page that passes for the image', async () => {
    await fault({ kind: 'html' });
    const response = await download();
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    const text = await response.text();
    expect(text).toHaveLength(size);
    expect(text).toMatch(/^<!DOCTYPE html>/);
  });

  it('breaks off in the middle', async () => {
    await fault({ kind: 'reset' });
    const response = await download();
    expect(response.headers.get('content-length')).toBe(String(size));
    let bytes = 0;
    const reading = async () => {
      for await (const chunk of response.body ?? []) bytes += chunk.length;
    };
    await expect(reading()).rejects.toThrow();
    expect(bytes).toBeLessThan(size);
  });

  it('comes a byte a second', async () => {
    await fault({ kind: 'slow' });
    const stopping = new AbortController();
    const response = await download(image.url, { signal: stopping.signal });
    expect(response.headers.get('content-length')).toBe(String(size));
    const reader = response.body?.getReader();
    const start = performance.now();
    let bytes = 0;
    while (bytes < 2) bytes += (await reader?.read())?.value?.length ?? 0;
    expect(bytes).toBe(2);
    expect(performance.now() - start).toBeGreaterThan(900);
    stopping.abort();
  });

  it('never ends, and waits for a reader who does not keep up', async () => {
    await fault({ kind: 'endless' });
    const { hostname, port, pathname, search } = new URL(image.url);
    const response = await new Promise<AsyncIterable<Buffer> & { destroy(): void }>((resolve) => {
      request({ hostname, port, path: pathname + search, headers: bearer() }, resolve).end();
    });
    const before = process.memoryUsage().rss;
    await delay(300);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
    let bytes = 0;
    for await (const chunk of response) {
      bytes += chunk.length;
      if (bytes > 20 * 1024 * 1024) break;
    }
    expect(bytes).toBeGreaterThan(20 * 1024 * 1024);
  });

  it('is redirected to an internal address', async () => {
    await fault({ kind: 'redirect-internal' });
    const response = await download();
    expect(response.status).toBe(302);
    expect(new URL(response.headers.get('location') ?? '').hostname).toBe('169.254.169.254');
  });

  it('is redirected twice, and then there without the token', async () => {
    await fault({ kind: 'redirect-twice' });
    const first = await download();
    const second = await download(first.headers.get('location') ?? '', { headers: {} });
    expect([first.status, second.status]).toEqual([302, 302]);
    await expectWhole(await download(second.headers.get('location') ?? '', { headers: {} }));
  });

  it('is redirected to no other file than its own, and not for longer', async () => {
    await fault({ kind: 'redirect-twice' });
    const location = new URL((await download()).headers.get('location') ?? '');
    const forged = new URL(location);
    forged.searchParams.set('mid', '900000000000001');
    expect((await download(forged.href, { headers: {} })).status).toBe(401);
    // The address was made by another clock, some ms later.
    graph.clock.now += 301_000;
    expect((await download(location.href, { headers: {} })).status).toBe(404);
  });

  it('of a file that is generated can go wrong too', async () => {
    const object = media.parse(mediaObject('document', tenant, graph.url, 300_000));
    await fault({ kind: 'wrong-hash' });
    const bytes = await bytesOf(await download(object.url));
    expect(bytes).toHaveLength(300_000);
    expect(hashOf(bytes)).not.toBe(object.sha256);
    expect(hashOf(await bytesOf(await download(object.url)))).toBe(object.sha256);
  });
});
