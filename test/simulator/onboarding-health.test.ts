import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type EdgeServer, signUpTenant, startEdges, type Tenant } from './edge-server.ts';

let graph: EdgeServer;
let tenant: Tenant;
const businessId = '506914307656634';
const templateId = '2632273056924580';
beforeEach(async () => {
  graph = await startEdges();
  tenant = await signUpTenant(graph, { businessId });
  const template = { id: templateId, name: 'hello', language: 'ar', components: [] };
  graph.state.templates.set(tenant.wabaId, [
    { ...template, status: 'APPROVED', category: 'UTILITY' },
  ]);
});
afterEach(() => graph.stop());

const read = (id: string, query = '?fields=health_status') =>
  graph.get(`${id}${query}`, tenant.token);
const setTemplateStatus = (status: string) => {
  const [template] = graph.state.templates.get(tenant.wabaId) ?? [];
  if (template) template.status = status;
};
const ownerLines = () => [
  ['WABA', tenant.wabaId],
  ['BUSINESS', businessId],
  ['APP', graph.app.appId],
];
const entitiesOf = (lines: string[][], rest: object = {}) =>
  lines.map(([entity_type, id]) => ({ entity_type, id, can_send_message: 'AVAILABLE', ...rest }));

describe('health_status', () => {
  it('names the number and all that it depends on', async () => {
    const sip = { can_receive_call_sip: 'AVAILABLE' };
    const [waba, business, app] = entitiesOf(ownerLines());
    const [number] = entitiesOf([['PHONE_NUMBER', tenant.phoneNumberId]], sip);
    expect((await read(tenant.phoneNumberId)).body).toEqual({
      health_status: {
        can_send_message: 'AVAILABLE',
        entities: [number, waba, business, { ...app, ...sip }],
      },
      id: tenant.phoneNumberId,
    });
  });

  it('names for an account, and for a template, what each depends on', async () => {
    const owners = entitiesOf(ownerLines());
    const available = { can_send_message: 'AVAILABLE' };
    const [template] = entitiesOf([['MESSAGE_TEMPLATE', templateId]]);
    expect((await read(tenant.wabaId)).body['health_status']).toEqual({
      ...available,
      entities: owners,
    });
    expect((await read(templateId)).body['health_status']).toEqual({
      ...available,
      entities: [template, ...owners],
    });
  });

  it('is as bad as the worst entity', async () => {
    const additionalInfo = ['Your display name has not been approved yet.'];
    const { phoneNumberId: id, wabaId } = tenant;
    await graph.local('health', { id, canSendMessage: 'LIMITED', additionalInfo });
    const limited = { can_send_message: 'LIMITED', additional_info: additionalInfo };
    expect((await read(id)).body['health_status']).toMatchObject({
      can_send_message: 'LIMITED',
      entities: [limited, {}, {}, {}],
    });
    const errors = [{ error_code: 141006, error_description: 'No payment method' }];
    await graph.local('health', { id: wabaId, canSendMessage: 'BLOCKED', errors });
    expect((await read(id)).body['health_status']).toMatchObject({
      can_send_message: 'BLOCKED',
      entities: [limited, { can_send_message: 'BLOCKED', errors }, {}, {}],
    });
    await graph.local('health', { id: wabaId, canSendMessage: 'AVAILABLE' });
    expect((await read(wabaId)).body['health_status']).toMatchObject({
      can_send_message: 'AVAILABLE',
    });
  });

  it('blocks a template that is not approved', async () => {
    setTemplateStatus('REJECTED');
    expect((await read(templateId)).body['health_status']).toMatchObject({
      can_send_message: 'BLOCKED',
      entities: [{ can_send_message: 'BLOCKED', errors: [{ error_code: 141002 }] }, {}, {}, {}],
    });
  });

  it('is refused with every problem where it is none', async () => {
    expect(await graph.local('health', { canSendMessage: 'FINE' })).toMatchObject({
      status: 400,
      body: { problems: [expect.stringMatching(/^id: /), expect.stringMatching(/^canSend/)] },
    });
  });
});

describe('nodes', () => {
  it.each([
    ['a number', () => tenant.phoneNumberId],
    ['an account', () => tenant.wabaId],
    ['a template', () => templateId],
  ])('give the id and what is asked for, of %s', async (_, id) => {
    expect((await read(id())).body).toEqual({ health_status: expect.anything(), id: id() });
    expect((await read(id(), '?fields=id,colour')).body.error).toMatchObject({
      code: 100,
      message: expect.stringContaining('nonexisting field (colour)'),
    });
  });

  it('give nothing of the health unless asked', async () => {
    for (const id of [tenant.phoneNumberId, tenant.wabaId, templateId]) {
      expect((await read(id, '')).body).not.toHaveProperty('health_status');
    }
    expect((await read(templateId, '')).body).toMatchObject({ name: 'hello', status: 'APPROVED' });
  });

  it('are hidden from tokens that do not reach them, like what does not exist', async () => {
    const other = await signUpTenant(graph);
    for (const id of [tenant.phoneNumberId, tenant.wabaId, templateId, '999']) {
      const { body } = await graph.get(id, other.token);
      expect(body.error).toMatchObject({ code: 100, error_subcode: 33 });
    }
  });
});

describe('the numbers of an account', () => {
  it('come in pages; the last one has no next', async () => {
    const phoneNumbers = Array.from({ length: 5 }, (_, index) => ({ id: `20000${index}` }));
    tenant = await signUpTenant(graph, { phoneNumbers });
    const pages: unknown[] = [];
    let next: unknown = `${graph.url}/v25.0/${tenant.wabaId}/phone_numbers?fields=id&limit=2`;
    while (typeof next === 'string') {
      const headers = { authorization: `Bearer ${tenant.token}` };
      const { data, paging } = JSON.parse(await (await fetch(next, { headers })).text());
      pages.push(data);
      next = paging.next;
    }
    expect(pages).toEqual([
      [{ id: '200000' }, { id: '200001' }],
      [{ id: '200002' }, { id: '200003' }],
      [{ id: '200004' }],
    ]);
  });

  it.each(['limit=0', 'after=nowhere'])('refuse %s', async (query) => {
    const { body } = await graph.get(`${tenant.wabaId}/phone_numbers?${query}`, tenant.token);
    expect(body.error).toMatchObject({ code: 100 });
  });
});
