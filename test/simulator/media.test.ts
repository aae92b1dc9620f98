import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contentProblem } from '../../local/meta/graph/media/file-rules.ts';
import { mediaSendProblem } from '../../local/meta/graph/media/send-problem.ts';
import { mediaObject } from '../../local/meta/messages.ts';
import { type EdgeServer, signUpTenant, startEdges, type Tenant } from './edge-server.ts';

let graph: EdgeServer;
let tenant: Tenant;
beforeEach(async () => {
  graph = await startEdges();
  tenant = await signUpTenant(graph);
});
afterEach(() => graph.stop());

const day = 86_400_000;
const kib = 1024;
const mib = 1024 * kib;
const sampleDirectory = path.resolve(import.meta.dirname, '../../local/meta/graph/media/samples');
const sample = (name: string) => readFileSync(path.join(sampleDirectory, name));
const jpeg = sample('image.jpg');
const unknownObject = { status: 400, body: { error: { code: 100, error_subcode: 33 } } };

async function upload(bytes: Uint8Array, type: string, rest: Record<string, string> = {}) {
  const form = new FormData();
  for (const [name, value] of Object.entries({ messaging_product: 'whatsapp', type, ...rest })) {
    if (value) form.append(name, value);
  }
  form.append('file', new File([new Uint8Array(bytes)], 'file', { type }));
  return await graph.send(`${tenant.phoneNumberId}/media`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tenant.token}` },
    body: form,
  });
}
const uploaded = async (bytes: Uint8Array = jpeg, type = 'image/jpeg') =>
  String((await upload(bytes, type)).body['id']);
const read = (id: string, { token } = tenant, phoneNumberId = '') =>
  graph.get(`${id}${phoneNumberId && `?phone_number_id=${phoneNumberId}`}`, token);
const download = (url: unknown, token?: string) =>
  fetch(String(url), token ? { headers: { authorization: `Bearer ${token}` } } : {});

describe('an upload', () => {
  it('is kept for the number, and comes back byte for byte', async () => {
    const reply = await upload(jpeg, 'image/jpeg');
    expect(reply).toEqual({ status: 200, body: { id: expect.stringMatching(/^\d{15}$/) } });
    const id = String(reply.body['id']);
    const { body } = await read(id, tenant, tenant.phoneNumberId);
    expect(body).toEqual({
      messaging_product: 'whatsapp',
      url: expect.stringMatching(
        new RegExp(`/whatsapp_business/attachments/\\?mid=${id}&ext=\\d+$`),
      ),
      mime_type: 'image/jpeg',
      sha256: createHash('sha256').update(jpeg).digest('hex'),
      file_size: jpeg.length,
      id,
    });
    const response = await download(body['url'], tenant.token);
    expect(response.headers.get('content-type')).toBe('image/jpeg');
    expect(Buffer.from(await response.arrayBuffer())).toEqual(jpeg);
  });

  it.each([
    ['image/webp', 100 * kib],
    ['image/png', 5 * mib],
    ['audio/ogg; codecs=opus', 16 * mib],
    ['video/mp4', 16 * mib],
  ])('of %s may have %i bytes and not one more', async (type, maxBytes) => {
    expect((await upload(Buffer.alloc(maxBytes), type)).status).toBe(200);
    const { body } = await upload(Buffer.alloc(maxBytes + 1), type);
    expect(body.error).toMatchObject({
      code: 131053,
      error_data: { details: expect.stringContaining(`limit of ${maxBytes} bytes`) },
    });
  });

  it('may be five times as large where the sticker moves', async () => {
    const animated = Buffer.alloc(500 * kib);
    animated.write('RIFF....WEBPVP8X', 'latin1');
    animated[20] = 0x02;
    expect((await upload(animated, 'image/webp')).status).toBe(200);
    const larger = Buffer.concat([animated, Buffer.alloc(1)]);
    expect((await upload(larger, 'image/webp')).body.error).toMatchObject({ code: 131053 });
  });

  it.each(['image/gif', 'audio/webm;codecs=opus', 'application/octet-stream', 'text/csv'])(
    'of %s is refused',
    async (type) => {
      const { body } = await upload(jpeg, type);
      expect(body.error).toMatchObject({
        code: 100,
        message: expect.stringMatching(
          new RegExp(
            `one of the following types: .* Received file of type '${type.split(';')[0]}'`,
          ),
        ),
      });
    },
  );

  it.each(['messaging_product', 'type'])('needs %s', async (name) => {
    const { body } = await upload(jpeg, 'image/jpeg', { [name]: '' });
    expect(body.error).toMatchObject({
      code: 100,
      message: `(#100) The parameter ${name} is required.`,
    });
  });

  it('needs a file', async () => {
    const form = new FormData();
    form.append('messaging_product', 'whatsapp');
    const headers = { authorization: `Bearer ${tenant.token}` };
    const init = { method: 'POST', headers, body: form };
    const { body } = await graph.send(`${tenant.phoneNumberId}/media`, init);
    expect(body.error).toMatchObject({ message: '(#100) The parameter file is required.' });
  });

  it('is gone after 30 days, or once deleted', async () => {
    const [kept, deleted] = [await uploaded(), await uploaded()];
    expect(await graph.delete(deleted, tenant.token)).toEqual({
      status: 200,
      body: { success: true },
    });
    expect(await read(deleted)).toMatchObject(unknownObject);
    expect(await graph.delete(deleted, tenant.token)).toMatchObject(unknownObject);
    graph.clock.now += 30 * day - 1;
    expect((await read(kept)).status).toBe(200);
    graph.clock.now += 1;
    expect(await read(kept)).toMatchObject(unknownObject);
  });

  it('is not for other numbers and businesses', async () => {
    const id = await uploaded();
    const other = await signUpTenant(graph);
    expect(await read(id, other)).toMatchObject(unknownObject);
    expect(await read(id, tenant, other.phoneNumberId)).toMatchObject(unknownObject);
    expect(await graph.delete(id, other.token)).toMatchObject(unknownObject);
    const { url } = (await read(id)).body;
    expect((await download(url, other.token)).status).toBe(404);
  });
});

describe('the address of a file', () => {
  it('needs the bearer token', async () => {
    const { url } = (await read(await uploaded())).body;
    expect((await download(url)).status).toBe(401);
    expect((await download(`${url}&access_token=${tenant.token}`)).status).toBe(401);
    expect((await download(url, 'EAAnever')).status).toBe(401);
  });

  it('is valid for five minutes; another one is given then', async () => {
    const id = await uploaded();
    const { url } = (await read(id)).body;
    graph.clock.now += 300_000 - 1;
    expect((await download(url, tenant.token)).status).toBe(200);
    graph.clock.now += 1;
    expect((await download(url, tenant.token)).status).toBe(404);
    expect((await download((await read(id)).body['url'], tenant.token)).status).toBe(200);
  });
});

describe('media that a webhook brings', () => {
  beforeEach(() => {
    graph.clock.now = Date.now();
  });
  const receive = (kind: string, size?: number) => mediaObject(kind, tenant, graph.url, size);

  it.each([
    ['image', 'image.jpg'],
    ['video', 'video.mp4'],
    ['document', 'document.pdf'],
    ['sticker', 'sticker.webp'],
    ['audio', 'audio.mp3'],
    ['voice-ar', 'voice-ar.ogg'],
    ['voice-ar-2', 'voice-ar-2.ogg'],
    ['voice-en', 'voice-en.ogg'],
    ['voice-en-2', 'voice-en-2.ogg'],
  ])('are a real %s, at the address in the webhook and by their id', async (kind, file) => {
    const object = receive(kind);
    const bytes = sample(file);
    const hash = createHash('sha256').update(bytes);
    const { body } = await read(String(object?.['id']), tenant, tenant.phoneNumberId);
    for (const url of [object?.['url'], body['url']]) {
      const response = await download(url, tenant.token);
      expect(response.headers.get('content-length')).toBe(String(bytes.length));
      expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
    }
    expect(object?.['sha256']).toBe(hash.copy().digest('base64'));
    expect(body).toMatchObject({
      mime_type: object?.['mime_type'],
      file_size: bytes.length,
      sha256: hash.digest('hex'),
    });
    const mimeType = String(object?.['mime_type']).replace(/;.*/, '');
    expect(contentProblem(mimeType, bytes)).toBeUndefined();
  });

  it('have a document with an Arabic name', () => {
    expect(receive('document')).toMatchObject({
      filename: expect.stringMatching(/^\p{L}+\.pdf$/u),
    });
  });

  it('have an id each, and no sample of an unknown kind', () => {
    const ids = Array.from({ length: 1000 }, () => receive('image')?.['id']);
    expect(new Set(ids).size).toBe(1000);
    expect(receive('text')).toBeUndefined();
  });

  it('belong to the number that they were sent to', async () => {
    const object = receive('image');
    const id = String(object?.['id']);
    const other = await signUpTenant(graph);
    expect(await read(id, tenant, other.phoneNumberId)).toMatchObject(unknownObject);
    expect(await read(id, other)).toMatchObject(unknownObject);
    expect(await graph.delete(id, other.token)).toMatchObject(unknownObject);
    expect((await download(object?.['url'], other.token)).status).toBe(404);
    expect((await download(object?.['url'])).status).toBe(401);
  });

  it('are at their address for five minutes', async () => {
    const object = receive('image');
    graph.clock.now += 299_000;
    expect((await download(object?.['url'], tenant.token)).status).toBe(200);
    graph.clock.now += 2000;
    expect((await download(object?.['url'], tenant.token)).status).toBe(404);
  });

  it('are gone after a week, or once deleted', async () => {
    const [kept, deleted] = [1, 2].map(() => String(receive('image')?.['id']));
    await graph.delete(String(deleted), tenant.token);
    expect(await read(String(deleted))).toMatchObject(unknownObject);
    graph.clock.now += 7 * day - 60_000;
    expect((await read(String(kept))).status).toBe(200);
    graph.clock.now += 61_000;
    expect(await read(String(kept))).toMatchObject(unknownObject);
  });

  it.each([9, 10, 300 * kib + 1, 100 * mib])(
    'may be generated: a PDF of %i bytes with the hash that was told, the same each time',
    async (size) => {
      const object = receive('document', size);
      expect(receive('document', size)?.['sha256']).toBe(object?.['sha256']);
      const { body } = await read(String(object?.['id']));
      expect(body).toMatchObject({ mime_type: 'application/pdf', file_size: size });
      const response = await download(object?.['url'], tenant.token);
      expect(response.headers.get('content-length')).toBe(String(size));
      const hash = createHash('sha256');
      let bytes = 0;
      let start = '';
      for await (const chunk of response.body ?? []) {
        if (bytes === 0) start = Buffer.from(chunk).toString('latin1', 0, 5);
        bytes += chunk.length;
        hash.update(chunk);
      }
      expect({ bytes, start }).toEqual({ bytes: size, start: '%PDF-' });
      expect(hash.digest('base64')).toBe(object?.['sha256']);
    },
  );
});

describe('numbers and accounts', () => {
  it('are not mixed up with media', async () => {
    const token = 'EAAdemo';
    const id = '104050607080901';
    graph.state.accounts.set(id, { id, name: 'Demo' });
    graph.state.tokens.set(token, { appId: graph.app.appId, wabaIds: [id] });
    expect((await graph.get(id, token)).body).toMatchObject({ name: 'Demo' });
  });
});

describe('a message with a media id', () => {
  const problem = (id: string, { phoneNumberId } = tenant) =>
    mediaSendProblem(graph.state, graph.media, phoneNumberId, id);

  it.each([
    ['image/jpeg', 'image.jpg', undefined],
    ['image/png', 'image.jpg', /of type image\/jpeg, but was uploaded as image\/png/],
    ['audio/ogg', 'audio.mp3', /of type audio\/mpeg/],
    ['audio/mp4', 'video.mp4', undefined],
    ['application/pdf', 'voice-en.ogg', /of type audio\/ogg/],
  ])('as %s with the bytes of %s fails: %s', async (type, file, expected) => {
    const details = problem(await uploaded(sample(file), type));
    if (expected) expect(details).toMatch(expected);
    else expect(details).toBeUndefined();
  });

  it("fails with another number's, an unknown and an expired one", async () => {
    const id = await uploaded();
    const other = await signUpTenant(graph);
    expect(problem(id, other)).toMatch(/unknown/);
    expect(problem('899999999999999')).toMatch(/unknown/);
    graph.clock.now += 30 * day;
    expect(problem(id)).toMatch(/unknown/);
  });
});

describe('a resumable upload', () => {
  const open = (query: string, { token } = tenant) =>
    graph.post(`${graph.app.appId}/uploads?${query}`, token);
  const proceed = (id: string, offset: number, bytes?: Uint8Array) =>
    graph.send(id, {
      ...(bytes && { method: 'POST', body: new Uint8Array(bytes) }),
      headers: { authorization: `OAuth ${tenant.token}`, file_offset: String(offset) },
    });
  const begin = async () =>
    String((await open('file_length=10&file_type=image/png&file_name=a.png')).body['id']);

  it('takes the bytes in one go, or on from where they ended, and gives a handle', async () => {
    const whole = await begin();
    expect(whole).toMatch(/^upload:.+\?sig=.+/);
    const handle = { status: 200, body: { h: expect.stringMatching(/^4::aW/) } };
    expect(await proceed(whole, 0, Buffer.alloc(10))).toEqual(handle);
    const inParts = await begin();
    await proceed(inParts, 0, Buffer.alloc(4));
    expect((await proceed(inParts, 0)).body).toEqual({ id: inParts, file_offset: 4 });
    expect((await proceed(inParts, 0, Buffer.alloc(6))).body.error).toMatchObject({ code: 100 });
    expect((await proceed(inParts, 4, Buffer.alloc(7))).body.error).toMatchObject({ code: 100 });
    expect(await proceed(inParts, 4, Buffer.alloc(6))).toEqual(handle);
    expect(await proceed(inParts, 10, Buffer.alloc(1))).toMatchObject(unknownObject);
  });

  it.each([
    'file_type=image/png',
    'file_length=0&file_type=image/png',
    'file_length=1&file_type=a/b',
  ])('refuses %s', async (query) => {
    expect((await open(query)).body.error).toMatchObject({ code: 100 });
  });

  it('needs the signature in its id', async () => {
    const id = await begin();
    expect(await proceed(id.replace(/\?.*/, ''), 0, jpeg)).toMatchObject(unknownObject);
  });
});
