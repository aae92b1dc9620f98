import { describe, expect, it } from '@jest/globals';
import type { Graph, GraphRequest } from '../../shared/graph/graph.port.ts';
import { refused, sender } from '../send/send-world.ts';
import { FacadeWorld } from './facade-world.ts';

const { organizationId, phoneNumberId, wabaId } = sender;

/** A form as `fetch` writes it. */
async function written(fields: Record<string, string | Blob>) {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const response = new Response(form);
  return {
    body: Buffer.from(await response.arrayBuffer()),
    contentType: response.headers.get('content-type') ?? '',
  };
}

async function uploaded(
  world: FacadeWorld,
  fields: Record<string, string | Blob>,
  query: Record<string, string> = {},
) {
  const { body, contentType } = await written(fields);
  return world.call({
    path: `/graph/v23.0/${phoneNumberId}/media`,
    headers: { authorization: `Bearer ${await world.issue()}`, 'content-type': contentType },
    ...{ body, query },
  });
}

const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 255, 13, 10]);
const file = new Blob([bytes], { type: 'image/png' });
const product = { messaging_product: 'whatsapp' };

describe('an upload', () => {
  it.each([
    ['with the type in the form', { ...product, type: 'image/jpeg', file }, {}, 'image/jpeg'],
    ["with the file's own type", { ...product, file }, {}, 'image/png'],
    ['with the product in the query', { file }, product, 'image/png'],
  ])('reaches Meta byte for byte %s', async (_case, fields, query, mimeType) => {
    const world = new FacadeWorld();
    expect(await uploaded(world, fields, query)).toMatchObject({
      status: 200,
      body: { id: 'media-1' },
    });
    expect(world.upload.uploaded).toMatchObject([{ phoneNumberId, mimeType, bytes }]);
    expect(world.metaMedia.handed).toEqual([{ mediaId: 'media-1', organizationId, phoneNumberId }]);
  });

  it.each<[string, Record<string, string | Blob>]>([
    ['without a product', { file }],
    ['without a file', { ...product }],
    ['with a text in its place', { ...product, file: 'bytes' }],
    ['with a type that is none', { ...product, file, type: 'image/png\r\nx: y' }],
  ])('is refused %s', async (_case, fields) => {
    const world = new FacadeWorld();
    expect(await uploaded(world, fields)).toMatchObject({
      status: 400,
      body: { error: { code: 100 } },
    });
    expect(world.upload.uploaded).toEqual([]);
  });

  it('is refused where it is no form', async () => {
    const world = new FacadeWorld();
    const answer = await world.call({
      path: `/graph/v23.0/${phoneNumberId}/media`,
      headers: { authorization: `Bearer ${await world.issue()}` },
      body: product,
    });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 100 } } });
  });

  it('is refused with what Meta says', async () => {
    const world = new FacadeWorld();
    world.upload.answer = refused(100, { title: '(#100) Param file must be a file with one of …' });
    expect(await uploaded(world, { ...product, file })).toMatchObject({
      status: 400,
      body: { error: { code: 100, message: '(#100) Param file must be a file with one of …' } },
    });
    expect(world.metaMedia.handed).toEqual([]);
  });
});

describe('the list of templates', () => {
  const calls: GraphRequest[] = [];
  const page = {
    data: [{ id: '1', name: 'hello', yet: { unknown: true } }],
    summary: { total: 3 },
  };

  async function listed(query: Record<string, string>, paging?: object) {
    calls.length = 0;
    const graph: Graph = {
      call: async (request) => {
        calls.push(request);
        return { kind: 'ok', body: { ...page, ...(paging && { paging }) } };
      },
    };
    const world = new FacadeWorld({}, graph);
    return world.call({
      ...{ method: 'GET', path: `/graph/v23.0/${wabaId}/message_templates`, query },
      headers: { authorization: `Bearer ${await world.issue()}`, 'x-forwarded-proto': 'https' },
    });
  }

  it("is Meta's own, asked for with Meta's own parameters", async () => {
    const query = { limit: '1', status: 'APPROVED', fields: 'name,language' };
    expect(await listed(query)).toMatchObject({ status: 200, body: page });
    expect(calls).toMatchObject([{ method: 'GET', path: `${wabaId}/message_templates`, query }]);
  });

  it('makes no other call of it', async () => {
    const query = { method: 'delete', name: 'hello', access_token: 'EAAG', appsecret_proof: '0' };
    await listed(query);
    expect(calls).toMatchObject([{ method: 'GET', query: { name: 'hello' } }]);
    expect(Object.keys(calls[0]?.query ?? {})).toEqual(['name']);
  });

  it('goes on here and not at Meta, whose links carry our token', async () => {
    const cursors = { before: 'B', after: 'A' };
    const link = 'https://graph.facebook.com/v25.0/2001/message_templates?access_token=EAAG';
    const answer = await listed(
      { limit: '1', after: 'Z' },
      { cursors, next: link, previous: link },
    );
    const here = `https://api.example/graph/v23.0/${wabaId}/message_templates?limit=1`;
    expect(answer.body).toEqual({
      ...page,
      paging: { cursors, next: `${here}&after=A`, previous: `${here}&before=B` },
    });
  });

  it('ends where Meta ends it', async () => {
    expect((await listed({}, { cursors: { after: 'A' } })).body).toEqual({
      ...page,
      paging: { cursors: { after: 'A' } },
    });
  });
});
