import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { callbackUrl } from '../../local/meta/graph/onboarding/callback-url.ts';
import { type EdgeServer, signUpTenant, startEdges, type Tenant } from './edge-server.ts';
import { startReceiver } from './receiver.ts';

let graph: EdgeServer;
let tenant: Tenant;
beforeEach(async () => {
  graph = await startEdges();
  tenant = await signUpTenant(graph);
});
afterEach(() => graph.stop());

const hour = 3_600_000;
const success = { status: 200, body: { success: true } };
const post = (path: string, body?: unknown, { token } = tenant) => graph.post(path, token, body);
const codeOf = async (reply: ReturnType<typeof post>) => (await reply).body.error?.code ?? 'ok';
const register = (pin: unknown, { phoneNumberId } = tenant) =>
  post(`${phoneNumberId}/register`, { messaging_product: 'whatsapp', pin });
const fieldsOf = async (fields: string, { phoneNumberId, token } = tenant) =>
  (await graph.get(`${phoneNumberId}?fields=${fields}`, token)).body;

describe('registration', () => {
  it('makes the first PIN the number’s, and connects it', async () => {
    const fields = 'status,platform_type,is_pin_enabled,throughput';
    const before = { status: 'PENDING', platform_type: 'NOT_APPLICABLE', is_pin_enabled: false };
    expect(await fieldsOf(fields)).toMatchObject(before);
    expect(await register('012345')).toEqual(success);
    const after = { status: 'CONNECTED', platform_type: 'CLOUD_API', is_pin_enabled: true };
    expect(await fieldsOf(fields)).toMatchObject({ ...after, throughput: { level: 'STANDARD' } });
  });

  it('remembers the PIN through deregistration', async () => {
    await register('012345');
    expect(await codeOf(post(`${tenant.phoneNumberId}/deregister`))).toBe('ok');
    expect(await fieldsOf('status')).toMatchObject({ status: 'PENDING' });
    expect(await register('999999')).toMatchObject({
      status: 400,
      body: {
        error: { code: 133005, error_data: { details: 'Two-step verification PIN incorrect.' } },
      },
    });
    expect(await register('012345')).toEqual(success);
  });

  it.each(['12345', '1234567', 'abcdef', 123456, undefined])('refuses %j as PIN', async (pin) => {
    expect(await codeOf(register(pin))).toBe(100);
  });

  it('wants a verified number', async () => {
    const unverified = await signUpTenant(graph, { phoneNumbers: [{ verified: false }] });
    tenant = unverified;
    expect(await codeOf(register('012345'))).toBe(133006);
  });

  it('takes ten calls in 72 hours, failed ones included', async () => {
    await register('012345');
    for (let call = 0; call < 9; call++) {
      graph.clock.now += hour;
      expect(await codeOf(register('999999'))).toBe(133005);
    }
    expect(await codeOf(register('012345'))).toBe(133016);
    graph.clock.now += 63 * hour - 1;
    expect(await codeOf(register('012345'))).toBe(133016);
    graph.clock.now += 1;
    expect(await codeOf(register('012345'))).toBe('ok');
    expect(await codeOf(register('012345'))).toBe(133016);
  });

  it('counts deregistration apart, and refuses it to a number that is not registered', async () => {
    const path = `${tenant.phoneNumberId}/deregister`;
    for (let call = 0; call < 10; call++) expect(await codeOf(post(path))).toBe(133010);
    expect(await codeOf(post(path))).toBe(133016);
    expect(await codeOf(register('012345'))).toBe('ok');
  });

  it('is not for numbers of another business', async () => {
    const { phoneNumberId } = await signUpTenant(graph);
    expect((await post(`${phoneNumberId}/register`)).body.error).toMatchObject({
      code: 100,
      error_subcode: 33,
    });
  });
});

describe('a number that the WhatsApp Business app uses as well', () => {
  beforeEach(async () => {
    tenant = await signUpTenant(graph, { coexistence: true });
  });
  const sync = (sync_type: string) =>
    post(`${tenant.phoneNumberId}/smb_app_data`, { messaging_product: 'whatsapp', sync_type });

  it('is connected without being registered, and cannot be deregistered', async () => {
    const fields = 'status,platform_type,is_on_biz_app';
    const connected = { status: 'CONNECTED', platform_type: 'CLOUD_API', is_on_biz_app: true };
    expect(await fieldsOf(fields)).toMatchObject(connected);
    expect((await post(`${tenant.phoneNumberId}/deregister`)).body.error).toMatchObject({
      code: 100,
      error_data: {
        details: 'Deregister endpoint is not available for API solution for SMB businesses.',
      },
    });
    expect(await codeOf(register('012345'))).toBe(100);
  });

  it('hands its data over once a kind', async () => {
    expect(await sync('smb_app_state_sync')).toEqual({
      status: 200,
      body: { messaging_product: 'whatsapp', request_id: expect.stringMatching(/^[0-9a-f]{10}$/) },
    });
    expect(await codeOf(sync('smb_app_state_sync'))).toBe(2593107);
    expect(await codeOf(sync('history'))).toBe('ok');
    expect(await codeOf(sync('contacts'))).toBe(100);
  });

  it('does so for a day after onboarding, and again when it is onboarded again', async () => {
    graph.clock.now += 24 * hour;
    expect(await codeOf(sync('history'))).toBe('ok');
    graph.clock.now += 1;
    expect(await codeOf(sync('smb_app_state_sync'))).toBe(2593108);
    const phoneNumbers = [{ id: tenant.phoneNumberId }];
    await graph.local('signup', { wabaId: tenant.wabaId, phoneNumbers, coexistence: true });
    expect(await codeOf(sync('history'))).toBe('ok');
  });

  it('is the only kind of number that has such data', async () => {
    tenant = await signUpTenant(graph);
    expect(await codeOf(sync('history'))).toBe(100);
  });
});

describe('webhook subscriptions', () => {
  let callback: Awaited<ReturnType<typeof startReceiver>>;
  const received = () => callback.received.map(({ path }) => new URL(path, callback.url));
  beforeEach(async () => {
    callback = await startReceiver(({ path }) => {
      const { pathname, searchParams } = new URL(path, 'http://callback');
      if (pathname === '/deaf') return [200, 'Welcome'];
      const known = searchParams.get('hub.verify_token') === 'open sesame';
      return known ? [200, Number(searchParams.get('hub.challenge'))] : 403;
    });
  });
  afterEach(() => callback.stop());
  const override = (path = '/hook') => ({
    override_callback_uri: `${callback.url}${path}`,
    verify_token: 'open sesame',
  });
  const subscribe = (body?: unknown) => post(`${tenant.wabaId}/subscribed_apps`, body);
  const subscribed = async () =>
    (await graph.get(`${tenant.wabaId}/subscribed_apps`, tenant.token)).body;
  const app = { link: expect.any(String), name: expect.any(String), id: '670843887433847' };
  const fields = 'messages,account_update';
  const appSubscription = (callback_url = `${callback.url}/app`) => ({
    ...{ object: 'whatsapp_business_account', callback_url, verify_token: 'open sesame', fields },
  });
  const subscribeFields = (body: unknown, token = graph.appToken) =>
    graph.post(`${graph.app.appId}/subscriptions`, token, body);

  it('subscribes an account, with an override that is verified during the call, and without', async () => {
    expect(await subscribed()).toEqual({ data: [] });
    expect(await subscribe(override())).toEqual(success);
    expect(received().map(({ pathname }) => pathname)).toEqual(['/hook']);
    expect(received()[0]?.searchParams.get('hub.mode')).toBe('subscribe');
    const { override_callback_uri } = override();
    expect(await subscribed()).toEqual({
      data: [{ whatsapp_business_api_data: app, override_callback_uri }],
    });
    expect(await subscribe()).toEqual(success);
    expect(await subscribed()).toEqual({ data: [{ whatsapp_business_api_data: app }] });
    await graph.delete(`${tenant.wabaId}/subscribed_apps`, tenant.token);
    expect(await subscribed()).toEqual({ data: [] });
  });

  it.each([
    ['does not know the token', () => ({ ...override(), verify_token: 'x' }), 2200],
    [
      'does not answer',
      () => ({ ...override(), override_callback_uri: 'http://127.0.0.1:9/' }),
      2200,
    ],
    ['does not echo the challenge', () => override('/deaf'), 2200],
    ['has no token', () => ({ override_callback_uri: callback.url }), 100],
    ['is no URL', () => ({ ...override(), override_callback_uri: 'hook' }), 100],
    ['is longer than 200 characters', () => override(`/${'x'.repeat(200)}`), 100],
  ])('refuses a callback that %s, and keeps what was', async (_, body, code) => {
    await subscribe(override('/before'));
    expect(await codeOf(subscribe(body()))).toBe(code);
    expect(await subscribed()).toMatchObject({
      data: [{ override_callback_uri: `${callback.url}/before` }],
    });
  });

  it('asks nobody outside this machine', async () => {
    const override_callback_uri = 'https://hooks.nexus.invalid/org_1';
    expect(await subscribe({ ...override(), override_callback_uri })).toEqual(success);
  });

  it("keeps the app's own subscription, for the app's own token", async () => {
    expect(await subscribeFields(appSubscription())).toEqual(success);
    expect(await subscribeFields({ ...appSubscription(), fields: ['history'] })).toEqual(success);
    const { body } = await graph.get(`${graph.app.appId}/subscriptions`, graph.appToken);
    expect(body).toEqual({
      data: [
        {
          object: 'whatsapp_business_account',
          callback_url: `${callback.url}/app`,
          active: true,
          fields: ['messages', 'account_update', 'history'].map((name) => ({
            name,
            version: expect.stringMatching(/^v\d+\.0$/),
          })),
        },
      ],
    });
    expect(await codeOf(subscribeFields(appSubscription(), tenant.token))).toBe(100);
    expect(await codeOf(subscribeFields({ ...appSubscription(), verify_token: 'x' }))).toBe(2200);
  });

  it('delivers to number before account before app, and what is not about messages to the app', async () => {
    const { wabaId, phoneNumberId } = tenant;
    const target = (field: string) => {
      const url = callbackUrl(graph.onboarding, { field, wabaId, phoneNumberId });
      return url && new URL(url).pathname;
    };
    await subscribeFields(appSubscription());
    expect(target('messages')).toBeUndefined();
    await subscribe();
    expect(target('messages')).toBe('/app');
    await subscribe(override('/account'));
    expect(target('messages')).toBe('/account');
    const onNumber = (webhook_configuration: unknown) =>
      post(phoneNumberId, { webhook_configuration });
    expect(await onNumber(override('/number'))).toEqual(success);
    expect(target('messages')).toBe('/number');
    expect(target('account_update')).toBe('/app');
    expect(target('message_template_status_update')).toBeUndefined();
    expect(await fieldsOf('webhook_configuration')).toMatchObject({
      webhook_configuration: {
        phone_number: `${callback.url}/number`,
        whatsapp_business_account: `${callback.url}/account`,
        application: `${callback.url}/app`,
      },
    });
    expect(await onNumber({ override_callback_uri: '' })).toEqual(success);
    expect(target('messages')).toBe('/account');
    expect(await codeOf(post(phoneNumberId, {}))).toBe(100);
  });
});
