import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signedRequest } from '../../local/meta/graph/onboarding/signed-request.ts';
import type { ConnectionRecord } from '../../shared/connections/connection.schema.ts';
import { appGraphOverHttps, graphOverHttps } from '../../shared/graph/graph.graph.ts';
import { settingsSchema } from '../../shared/settings/settings.schema.ts';
import { codeOf, startEdges } from '../simulator/edge-server.ts';
import { type Answer, ConnectWorld, callbackUrl, page, webhookUrl } from './connect-world.ts';
import { app } from './meta-in-process.ts';

const organizationId = 'north';
const number = { id: '20012001', displayPhoneNumber: '15550001111' };
const account = { wabaId: '10011001', phoneNumbers: [number] };
const { wabaId } = account;

/** The popup flow from its start; `signup` is what the person does, `more` stands in the callback. */
async function inPopup(
  world: ConnectWorld,
  signup: object = {},
  more: object = {},
): Promise<Answer | undefined> {
  const state = await world.start(organizationId);
  const { code } = world.meta.signUp({ ...account, ...signup });
  const body = { organizationId, state, code, sessionInfo: { waba_id: wabaId }, ...more };
  return world.request('POST', '/wa-es-callback', { body });
}

async function byRedirect(
  world: ConnectWorld,
  query: Record<string, string> = {},
): Promise<Answer | undefined> {
  const state = await world.start(organizationId, page);
  const { code } = world.meta.signUp({ ...account, redirectUri: callbackUrl });
  const answered = 'error' in query ? { state, ...query } : { state, code, ...query };
  return world.request('GET', '/wa-es-callback', { query: answered });
}

const resume = (world: ConnectWorld, more: object = {}) =>
  world.request('POST', '/wa-es-callback/resume', { body: { organizationId, wabaId, ...more } });

function connection(world: ConnectWorld): ConnectionRecord {
  const [record] = world.connections.records;
  if (!record) throw new Error('There is no connection');
  return record;
}

const refusal = (statusCode: number, detail: RegExp) => ({
  statusCode,
  json: expect.objectContaining({ detail: expect.stringMatching(detail) }),
});

const failedAt = (step: string, reason: string) => ({
  statusCode: 200,
  json: {
    connection: expect.objectContaining({ problem: expect.objectContaining({ step, reason }) }),
  },
});

describe('the start', () => {
  it('gives what the page needs, and the whole address of the dialog for a redirect', async () => {
    const world = new ConnectWorld();
    const start = (more: object) =>
      world.request('POST', '/wa-es-start', {
        body: { organizationId, userId: 'agent-1', ...more },
      });
    const popup = await start({});
    expect(popup?.json).toEqual({
      state: expect.stringMatching(/^[\w-]{43}$/),
      expiresAt: expect.stringMatching(/^2026-11-22T10:10:00/),
      ...{ appId: app.appId, configurationId: '1234', graphVersion: 'v25.0' },
    });
    const { dialogUrl } = Object(await start({ redirectUri: page }).then((answer) => answer?.json));
    const dialog = new URL(dialogUrl);
    expect(dialog.origin + dialog.pathname).toBe('https://www.facebook.com/v25.0/dialog/oauth');
    expect(dialog.searchParams.get('redirect_uri')).toBe(callbackUrl);
  });

  it.each([
    'https://inbox.example/connected',
    `${page}#`,
    `${page}&next=https://evil.example`,
    'https://inbox.example.evil.example/connected?tab=whatsapp',
    'https://inbox.example@evil.example/connected?tab=whatsapp',
    'HTTPS://INBOX.EXAMPLE/connected?tab=whatsapp',
    '//evil.example',
    'javascript:alert(1)',
  ])('refuses to return to %s', async (redirectUri) => {
    const answer = await new ConnectWorld().request('POST', '/wa-es-start', {
      body: { organizationId, userId: 'agent-1', redirectUri },
    });
    expect(answer).toMatchObject(refusal(400, /not on the list/));
  });
});

describe('a signup', () => {
  it('ends ACTIVE, with everything done', async () => {
    const world = new ConnectWorld();
    const answer = await inPopup(world);
    expect(answer).toMatchObject({ statusCode: 200, json: { connection: { state: 'active' } } });
    expect(world.claims.numbers.get(number.id)).toEqual({
      organizationId,
      wabaId,
      state: 'ACTIVE',
    });
    expect(world.meta.onboarding.subscribedAccounts.has(wabaId)).toBe(true);
    expect(world.meta.onboarding.numbers.get(number.id)?.pin).toBe(world.pins[0]);
    const subscription = world.meta.onboarding.appSubscriptions.get('whatsapp_business_account');
    expect(subscription?.callbackUrl).toBe(webhookUrl);
    expect(world.templates.marked).toEqual([wabaId]);
    expect(connection(world)).toMatchObject({ userId: 'agent-1', source: 'embedded-signup' });
  });

  it('exchanges the code first of all', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    expect(world.meta.calls[0]?.path).toBe('oauth/access_token');
  });

  it('takes the newest account where the page names none', async () => {
    const world = new ConnectWorld();
    await inPopup(world, {}, { sessionInfo: undefined });
    expect(connection(world).wabaId).toBe(wabaId);
  });

  it('needs no number', async () => {
    const world = new ConnectWorld();
    await inPopup(world, { phoneNumbers: [] });
    expect(connection(world)).toMatchObject({ state: 'active', numbers: [] });
  });

  it('asks for the data of the WhatsApp Business app, and registers nothing', async () => {
    const world = new ConnectWorld();
    await inPopup(world, { coexistence: true });
    const facts = world.meta.onboarding.numbers.get(number.id);
    expect([...(facts?.synced ?? [])]).toEqual(['smb_app_state_sync', 'history']);
    expect(facts?.registerCalls).toEqual([]);
    expect(connection(world).numbers[0]).toMatchObject({ coexistence: true, active: true });
  });

  it('leaves the history where the organisation does not import it', async () => {
    const world = new ConnectWorld();
    const settings = settingsSchema.parse({ historyImport: { enabled: false } });
    await world.settings.write(organizationId, settings);
    await inPopup(world, { coexistence: true });
    const facts = world.meta.onboarding.numbers.get(number.id);
    expect([...(facts?.synced ?? [])]).toEqual(['smb_app_state_sync']);
    expect(connection(world)).toMatchObject({
      state: 'active',
      numbers: [{ active: true, synced: { smb_app_state_sync: expect.any(String) } }],
    });
    expect(connection(world).numbers[0]?.synced).not.toHaveProperty('history');
  });

  it('keeps the time when the token ends', async () => {
    const world = new ConnectWorld();
    await inPopup(world, { tokenLifetime: '60d' });
    expect(connection(world).expiresAt).toMatch(/^2027-01-21T10:00:00/);
  });

  it('registers nothing that is registered already', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    await inPopup(world);
    expect(world.meta.onboarding.numbers.get(number.id)?.registerCalls).toHaveLength(1);
    expect(connection(world).state).toBe('active');
  });
});

describe('a state', () => {
  it('is used once', async () => {
    const world = new ConnectWorld();
    const state = await world.start(organizationId);
    const call = () => {
      const { code } = world.meta.signUp(account);
      const body = { organizationId, state, code };
      return world.request('POST', '/wa-es-callback', { body });
    };
    expect((await call())?.statusCode).toBe(200);
    expect(await call()).toMatchObject(refusal(400, /used already/));
  });

  it.each([
    ['forged', { state: 'x'.repeat(43) }, 0],
    ['malformed', { state: "' OR 1=1" }, 0],
    ["another organisation's", { organizationId: 'south' }, 0],
    ['ten minutes old', {}, 600_000],
  ])('that is %s is refused before the code is touched', async (_what, more, age) => {
    const world = new ConnectWorld();
    const state = await world.start(organizationId);
    world.nowMs += age;
    const { code } = world.meta.signUp(account);
    const body = { organizationId, state, code, ...more };
    expect((await world.request('POST', '/wa-es-callback', { body }))?.statusCode).toBe(400);
    expect(world.meta.calls).toEqual([]);
    expect(world.connections.records).toEqual([]);
  });
});

describe('a code', () => {
  it.each([
    ['unknown', { code: 'AQnever' }],
    ['of the redirect flow', {}],
  ])('that is %s means: start again', async (what, more) => {
    const world = new ConnectWorld();
    const signup = what === 'unknown' ? {} : { redirectUri: callbackUrl };
    expect(await inPopup(world, signup, more)).toMatchObject(refusal(400, /Start again/));
    expect(world.store.signups.size).toBe(0);
  });
});

describe('an account', () => {
  it('that Meta has not granted is refused, whatever the page says', async () => {
    const world = new ConnectWorld();
    world.meta.signUp({ wabaId: '90099009', phoneNumbers: [{ ...number, id: '80088008' }] });
    const answer = await inPopup(world, {}, { sessionInfo: { data: { waba_id: '90099009' } } });
    expect(answer).toMatchObject(refusal(422, /account-not-granted/));
    expect(world.claims.numbers.size).toBe(0);
    expect(world.store.credentials.size).toBe(0);
    expect(world.store.signups.size).toBe(0);
  });

  it('is not connected with a token that lacks a scope', async () => {
    const world = new ConnectWorld();
    const scopes = ['whatsapp_business_management'];
    expect(await inPopup(world, { scopes })).toMatchObject(refusal(422, /scope-missing/));
  });
});

describe('what stops a connection is named, and resumed', () => {
  it("at a number of another organisation's", async () => {
    const world = new ConnectWorld();
    await world.claims.claimNumber(
      { organizationId: 'south', wabaId, phoneNumberId: number.id },
      new Date(world.nowMs),
    );
    expect(await inPopup(world)).toMatchObject(failedAt('claim', 'number-taken'));
    expect(world.claims.numbers.get(number.id)?.organizationId).toBe('south');
    expect(world.meta.onboarding.subscribedAccounts.has(wabaId)).toBe(false);
  });

  it('at one number, while the others go on', async () => {
    const world = new ConnectWorld();
    await world.claims.claimNumber(
      { organizationId: 'south', wabaId, phoneNumberId: number.id },
      new Date(world.nowMs),
    );
    await inPopup(world, { phoneNumbers: [number, { ...number, id: '20022002' }] });
    expect(connection(world)).toMatchObject({
      state: 'degraded',
      problem: { step: 'claim', reason: 'number-taken' },
    });
    expect(world.claims.numbers.get('20022002')).toMatchObject({ organizationId, state: 'ACTIVE' });
  });

  it('at two-step verification, once: the right PIN is asked for before Meta is again', async () => {
    const world = new ConnectWorld();
    const pin = '019283';
    const answer = await inPopup(world, { phoneNumbers: [{ ...number, pin }] });
    expect(answer).toMatchObject(failedAt('register', 'pin-mismatch'));
    const calls = () => world.meta.onboarding.numbers.get(number.id)?.registerCalls.length;
    expect(calls()).toBe(1);
    expect(await resume(world)).toMatchObject(failedAt('register', 'pin-mismatch'));
    expect(calls()).toBe(1);
    expect(await resume(world, { pin: '111111' })).toMatchObject(
      failedAt('register', 'pin-mismatch'),
    );
    await resume(world, { pin });
    expect(calls()).toBe(3);
    expect(connection(world).state).toBe('active');
  });

  it('at a number that nobody has verified', async () => {
    const world = new ConnectWorld();
    const answer = await inPopup(world, { phoneNumbers: [{ ...number, verified: false }] });
    expect(answer).toMatchObject(failedAt('register', 'number-not-verified'));
    Object.assign(world.meta.onboarding.numbers.get(number.id) ?? {}, { verified: true });
    await resume(world);
    expect(connection(world).state).toBe('active');
  });

  it('within the budget of registrations', async () => {
    const world = new ConnectWorld();
    const unverified = { phoneNumbers: [{ ...number, verified: false }] };
    await inPopup(world, unverified);
    for (let attempt = 0; attempt < 12; attempt++) await resume(world);
    expect(connection(world).problem?.reason).toBe('registration-budget-used');
    expect(world.meta.onboarding.numbers.get(number.id)?.registerCalls).toHaveLength(10);
  });

  it("at webhooks of the app's that go elsewhere", async () => {
    const world = new ConnectWorld();
    const subscription = { callbackUrl: 'https://other.example/', fields: new Set(['messages']) };
    world.meta.onboarding.appSubscriptions.set('whatsapp_business_account', subscription);
    expect(await inPopup(world)).toMatchObject(failedAt('webhooks', 'webhooks-elsewhere'));
    expect(subscription.callbackUrl).toBe('https://other.example/');
  });

  it('at overrides, which are taken back on request alone', async () => {
    const world = new ConnectWorld();
    const overrideUri = 'https://other.example/hook';
    world.meta.onboarding.subscribedAccounts.set(wabaId, { overrideUri });
    world.meta.signUp(account);
    Object.assign(world.meta.onboarding.numbers.get(number.id) ?? {}, {
      webhookOverride: overrideUri,
    });
    expect(await inPopup(world)).toMatchObject(failedAt('subscribe', 'webhook-overridden'));
    expect(connection(world)).toMatchObject({ state: 'degraded', webhookOverride: true });
    await resume(world);
    expect(world.meta.onboarding.subscribedAccounts.get(wabaId)).toEqual({ overrideUri });
    await resume(world, { clearOverrides: true });
    expect(connection(world)).toMatchObject({ state: 'active', webhookOverride: false });
    expect(world.meta.onboarding.subscribedAccounts.get(wabaId)?.overrideUri).toBeUndefined();
    expect(world.meta.onboarding.numbers.get(number.id)?.webhookOverride).toBeUndefined();
  });

  it('at a token that is dead by then', async () => {
    const world = new ConnectWorld();
    await inPopup(world, { phoneNumbers: [{ ...number, verified: false }] });
    for (const grant of world.meta.state.tokens.values()) grant.revoked = true;
    expect(await resume(world)).toMatchObject(failedAt('numbers', 'token-invalid'));
    expect(await world.store.find(organizationId, wabaId)).toMatchObject({ state: 'INVALID' });
    await inPopup(world);
  });

  it("is not resumed by somebody else's name", async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    expect(await resume(world, { organizationId: 'south' })).toMatchObject({ statusCode: 404 });
  });
});

describe('the redirect flow', () => {
  it('sends the browser to its page, with no secret', async () => {
    const world = new ConnectWorld();
    const answer = await byRedirect(world);
    expect(answer?.statusCode).toBe(303);
    const location = new URL(answer?.headers['location'] ?? '');
    expect(location.origin + location.pathname).toBe('https://inbox.example/connected');
    expect(Object.fromEntries(location.searchParams)).toEqual({
      ...{ tab: 'whatsapp', result: 'active' },
      wabaId,
    });
  });

  it.each([
    ['a person who declines', { error: 'access_denied' }, 'declined'],
    ['a code that Meta does not take', { code: 'AQnever' }, 'failed'],
  ] as const)('tells the page of %s', async (_what, query, result) => {
    const answer = await byRedirect(new ConnectWorld(), { ...query });
    expect(new URL(answer?.headers['location'] ?? '').searchParams.get('result')).toBe(result);
  });

  it.each([{ state: 'x'.repeat(43) }, { state: '' }, { redirectUri: 'https://evil.example' }])(
    'sends the browser nowhere with %j',
    async (query) => {
      const world = new ConnectWorld();
      const answer =
        'state' in query
          ? await byRedirect(world, query)
          : await world.request('GET', '/wa-es-callback', { query });
      expect(answer?.statusCode).toBe(400);
      expect(answer?.headers).not.toHaveProperty('location');
    },
  );

  it('is not ended with a state of the popup', async () => {
    const world = new ConnectWorld();
    const state = await world.start(organizationId);
    const { code } = world.meta.signUp({ ...account, redirectUri: callbackUrl });
    const answer = await world.request('GET', '/wa-es-callback', { query: { state, code } });
    expect(answer?.statusCode).toBe(400);
  });
});

describe('credentials saved by hand', () => {
  const save = (world: ConnectWorld, accessToken: string, more: object = {}) =>
    world.request('POST', '/save-whatsapp-credentials', {
      body: { organizationId, wabaId, accessToken, ...more },
    });
  const granted = (world: ConnectWorld, numbers: object[] = [number]) => {
    world.meta.signUp({ ...account, phoneNumbers: numbers });
    const token = 'EAAbyhand';
    world.meta.state.tokens.set(token, { appId: app.appId, wabaIds: [wabaId] });
    return token;
  };

  it('go through the same steps, for the numbers that are wanted', async () => {
    const world = new ConnectWorld();
    const token = granted(world, [number, { ...number, id: '20022002' }]);
    await save(world, token, { phoneNumberIds: [number.id] });
    expect(connection(world)).toMatchObject({ state: 'active', source: 'by-hand' });
    expect([...world.claims.numbers.keys()]).toEqual([number.id]);
  });

  it.each([
    ['EAAunknown', {}, /token-invalid/],
    ['EAAbyhand', { wabaId: '90099009' }, /account-not-granted/],
  ])('are not stored where Meta refuses them: %s %j', async (token, more, reason) => {
    const world = new ConnectWorld();
    granted(world);
    expect(await save(world, token, more)).toMatchObject(refusal(422, reason));
    expect(world.store.credentials.size).toBe(0);
    expect(world.connections.records).toEqual([]);
  });

  it('are refused where they are for another app', async () => {
    const world = new ConnectWorld();
    world.meta.state.tokens.set(granted(world), { appId: '5', wabaIds: [wabaId] });
    const answer = await save(world, 'EAAbyhand');
    expect(answer).toMatchObject(refusal(422, /token-of-another-app/));
    expect(answer?.json).toMatchObject({ reason: 'token-of-another-app', step: 'grants' });
  });

  it('are listed without the token, as Meta sees the numbers now', async () => {
    const world = new ConnectWorld();
    await save(world, granted(world));
    const list = async (source: string) =>
      world.request('GET', '/save-whatsapp-credentials', { query: { organizationId, source } });
    expect((await list('stored'))?.json).toMatchObject({
      data: [{ wabaId, state: 'active', numbers: [{ status: 'CONNECTED', quality: 'UNKNOWN' }] }],
    });
    const live = await list('live');
    expect(live?.json).toMatchObject({ data: [{ numbers: [{ quality: 'GREEN' }] }] });
    expect(live?.body).not.toContain('EAAbyhand');
  });
});

describe('disconnecting', () => {
  const disconnect = (world: ConnectWorld, more: object = {}) =>
    world.request('DELETE', '/save-whatsapp-credentials', {
      body: { organizationId, wabaId, ...more },
    });

  it('unsubscribes, deletes the token, closes the route and leaves a tombstone', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    expect(await disconnect(world)).toMatchObject({
      json: { connection: { state: 'disconnected' } },
    });
    expect(world.meta.onboarding.subscribedAccounts.has(wabaId)).toBe(false);
    expect(world.store.credentials.size).toBe(0);
    expect(world.claims.numbers.get(number.id)).toMatchObject({
      organizationId,
      state: 'RELEASED',
    });
    expect(world.connections.told.at(-1)).toMatchObject({ state: 'disconnected' });
    expect(world.meta.onboarding.numbers.get(number.id)?.registered).toBe(true);
  });

  it('lets the same organisation come back at once', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    await disconnect(world);
    await inPopup(world);
    expect(connection(world).state).toBe('active');
    expect(world.claims.numbers.get(number.id)?.state).toBe('ACTIVE');
  });

  it('keeps the subscription that another organisation needs', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    await world.claims.claimAccount({ organizationId: 'south', wabaId });
    await disconnect(world);
    expect(world.meta.onboarding.subscribedAccounts.has(wabaId)).toBe(true);
  });

  it('works with a dead token, and tells nothing of what is not there', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    for (const grant of world.meta.state.tokens.values()) grant.revoked = true;
    await disconnect(world);
    expect(world.store.credentials.size).toBe(0);
    expect(await disconnect(world, { organizationId: 'south' })).toMatchObject({ statusCode: 404 });
  });
});

describe("Meta's callbacks", () => {
  const post = (world: ConnectWorld, path: string, signed: string) =>
    world.request('POST', path, { form: { signed_request: signed } });
  const userOf = (world: ConnectWorld) =>
    [...world.meta.onboarding.tokens.values()].at(-1)?.userId ?? '';
  const signed = (world: ConnectWorld, secret = app.appSecret, age = -60) =>
    signedRequest(
      { userId: userOf(world), issuedAt: Math.floor(world.nowMs / 1000) - age },
      secret,
    );

  it('disconnect what a person has connected who removes the app', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    expect(await post(world, '/wa-deauthorize', signed(world))).toMatchObject({ statusCode: 200 });
    expect(connection(world)).toMatchObject({
      state: 'disconnected',
      problem: { reason: 'app-removed' },
    });
  });

  it('do nothing to what was connected after they were made', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    await post(world, '/wa-deauthorize', signed(world, app.appSecret, 3600));
    expect(connection(world).state).toBe('active');
  });

  it('forget a person, with a code by which they can ask', async () => {
    const world = new ConnectWorld();
    await inPopup(world);
    const request = signed(world);
    const answer = await post(world, '/wa-data-deletion', request);
    const again = await post(world, '/wa-data-deletion', request);
    expect(answer?.json).toEqual({
      url: expect.stringMatching(/^https:\/\/hooks\.example\/wa-data-deletion\?code=[\w-]{43}$/),
      confirmation_code: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(again?.json).toEqual(answer?.json);
    const { confirmation_code: code } = Object(answer?.json);
    const status = await world.request('GET', '/wa-data-deletion', { query: { code } });
    expect(status?.json).toMatchObject({ status: 'completed' });
    expect(await world.people.connectionsOf(userOf(world))).toEqual([]);
  });

  it.each([
    ['nothing', () => ''],
    ['another secret', (world: ConnectWorld) => signed(world, 'wrong')],
    ['a changed payload', (world: ConnectWorld) => `${signed(world)}A`],
    [
      'no algorithm',
      () => {
        const payload = Buffer.from('{"user_id":"1","issued_at":1}').toString('base64url');
        return `${createHmac('sha256', app.appSecret).update(payload).digest('base64url')}.${payload}`;
      },
    ],
  ])('are refused with %s', async (_what, make) => {
    const world = new ConnectWorld();
    await inPopup(world);
    for (const path of ['/wa-deauthorize', '/wa-data-deletion']) {
      expect(await post(world, path, make(world))).toMatchObject({ statusCode: 400 });
    }
    expect(connection(world).state).toBe('active');
  });
});

it('over HTTP the code becomes an ACTIVE connection in less than three seconds', async () => {
  const edges = await startEdges();
  try {
    const appSecret = {
      read: async () => ({ appSecrets: [edges.app.appSecret], verifyTokens: ['verify-me'] }),
    };
    const config = { url: edges.url, version: 'v25.0', appSecret, appId: edges.app.appId };
    const world = new ConnectWorld(undefined, () => ({
      graph: graphOverHttps(config),
      appGraph: appGraphOverHttps(config),
    }));
    const state = await world.start(organizationId);
    const { code, wabaId: signedUp } = codeOf(await edges.local('signup', {}));
    const startedAt = performance.now();
    const answer = await world.request('POST', '/wa-es-callback', {
      body: { organizationId, state, code, sessionInfo: { waba_id: signedUp } },
    });
    expect(answer).toMatchObject({ json: { connection: { state: 'active', wabaId: signedUp } } });
    expect(performance.now() - startedAt).toBeLessThan(3000);
  } finally {
    await edges.stop();
  }
});
