import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { signedRequest } from '../../local/meta/graph/onboarding/signed-request.ts';
import { codeOf, type EdgeServer, signUpTenant, startEdges } from './edge-server.ts';

let graph: EdgeServer;
beforeEach(async () => {
  graph = await startEdges();
});
afterEach(() => graph.stop());

const digits = expect.stringMatching(/^\d{10,}$/);
const finish = { type: 'WA_EMBEDDED_SIGNUP', version: 3 };
const day = 86_400_000;

describe('Embedded Signup', () => {
  it.each([
    [
      'a number',
      {},
      { event: 'FINISH', data: { phone_number_id: digits, waba_id: digits, business_id: digits } },
    ],
    [
      'no number',
      { phoneNumbers: [] },
      { event: 'FINISH_ONLY_WABA', data: { waba_id: digits, business_id: digits } },
    ],
    [
      'a number of the WhatsApp Business app',
      { coexistence: true },
      { event: 'FINISH_WHATSAPP_BUSINESS_APP_ONBOARDING', data: { waba_id: digits } },
    ],
  ])('ends with %s as the popup does', async (_, request, event) => {
    expect(await graph.local('signup', request)).toEqual({
      status: 200,
      body: { code: expect.stringMatching(/^AQ/), sessionInfo: { ...finish, ...event } },
    });
  });

  it('refuses a bad signup with every problem', async () => {
    expect(await graph.local('signup', { wabaId: 'x', kind: 1 })).toEqual({
      status: 400,
      body: { problems: ['wabaId: must be digits', 'kind: unknown key'] },
    });
  });

  it('shows a new number that has yet to be registered', async () => {
    const { token, wabaId, phoneNumberId } = await signUpTenant(graph, {
      phoneNumbers: [
        { displayPhoneNumber: '15550783881', verifiedName: 'New Co', verified: false },
      ],
    });
    const { body } = await graph.get(`${wabaId}/phone_numbers`, token);
    expect(body).toEqual({
      data: [
        {
          verified_name: 'New Co',
          code_verification_status: 'NOT_VERIFIED',
          display_phone_number: '+1 555-078-3881',
          quality_rating: 'UNKNOWN',
          platform_type: 'NOT_APPLICABLE',
          throughput: { level: 'NOT_APPLICABLE' },
          last_onboarded_time: '2026-11-22T10:00:00+0000',
          webhook_configuration: {},
          id: phoneNumberId,
        },
      ],
      paging: { cursors: { before: expect.any(String), after: expect.any(String) } },
    });
  });
});

describe('the code exchange', () => {
  const signUp = async (request: object = {}) => codeOf(await graph.local('signup', request));

  it.each([
    ['never', {}],
    ['60d', { expires_in: 60 * 86_400 - 7 }],
  ])('answers a token that lives %s', async (tokenLifetime, expiry) => {
    const { code } = await signUp({ tokenLifetime });
    graph.clock.now += 7000;
    expect(await graph.exchange(code)).toEqual({
      status: 200,
      body: { access_token: expect.stringMatching(/^EAA.{255}/), token_type: 'bearer', ...expiry },
    });
  });

  it('takes a code once', async () => {
    const { code } = await signUp();
    await graph.exchange(code);
    expect(await graph.exchange(code)).toEqual(refused(100, /has been used/, 36009));
  });

  it.each([
    [30_000, 200],
    [30_001, 400],
  ])('answers a code of %i ms with %i', async (age, status) => {
    const { code } = await signUp();
    graph.clock.now += age;
    const reply = await graph.exchange(code);
    expect(reply.status).toBe(status);
    if (status === 400) expect(reply).toEqual(refused(100, /code has expired/, 36007));
  });

  const redirectUri = 'https://nexus.example/callback';
  it.each([
    [redirectUri, redirectUri, 200],
    [redirectUri, `${redirectUri}/`, 400],
    [redirectUri, undefined, 400],
    [undefined, redirectUri, 400],
  ])('wants the redirect_uri of the dialog: %s, %s is %i', async (made, given, status) => {
    const { code } = await signUp({ ...(made && { redirectUri: made }) });
    const reply = await graph.exchange(code, { ...(given && { redirect_uri: given }) });
    expect(reply.status).toBe(status);
    if (status === 400) {
      expect(reply).toEqual(refused(100, /make sure your redirect_uri is identical/, 36008));
    }
  });

  it.each([
    [{ client_id: '' }, 101, /Missing client_id/],
    [{ client_id: '1' }, 101, /Error validating application/],
    [{ client_secret: 'wrong' }, 1, /Error validating client secret/],
    [{ code: '' }, 1, /Missing authorization code/],
    [{ code: 'AQx' }, 100, /Invalid verification code format/],
  ])('refuses %j with %i and keeps the code', async (wrong, error, message) => {
    const { code } = await signUp();
    expect(await graph.exchange(code, wrong)).toEqual(refused(error, message));
    expect(await graph.exchange(code)).toMatchObject({ status: 200 });
  });
});

describe('debug_token', () => {
  const debug = (token: string, by = graph.appToken) =>
    graph.get(`debug_token?input_token=${token}`, by);

  it("tells a live token's accounts, newest first", async () => {
    const business = { businessId: '2729063490586005' };
    const first = await signUpTenant(graph, { wabaId: '104050607080901', ...business });
    const second = await signUpTenant(graph, { wabaId: '104050607080902', ...business });
    const others = await signUpTenant(graph);
    const target_ids = [second.wabaId, first.wabaId];
    expect(target_ids).not.toContain(others.wabaId);
    expect(await debug(second.token)).toEqual({
      status: 200,
      body: {
        data: {
          app_id: graph.app.appId,
          type: 'SYSTEM_USER',
          application: expect.any(String),
          data_access_expires_at: 0,
          expires_at: 0,
          is_valid: true,
          issued_at: graph.clock.now / 1000,
          scopes: ['whatsapp_business_management', 'whatsapp_business_messaging', 'public_profile'],
          granular_scopes: [
            { scope: 'whatsapp_business_management', target_ids },
            { scope: 'whatsapp_business_messaging', target_ids },
          ],
          user_id: expect.stringMatching(/^\d+$/),
        },
      },
    });
  });

  it('has the account first that signed up last, for the first time or again', async () => {
    const businessId = '2729063490586005';
    const { wabaId: first } = await signUpTenant(graph, { businessId });
    const { wabaId: second } = await signUpTenant(graph, { businessId });
    const { token } = await signUpTenant(graph, { wabaId: first });
    const granted = { granular_scopes: [{ target_ids: [first, second] }, {}] };
    expect((await debug(token)).body).toMatchObject({ data: granted });
  });

  it('checks the proof of the token that asks, not of the one asked about', async () => {
    const { token } = await signUpTenant(graph);
    const { appSecret } = graph.app;
    const proof = createHmac('sha256', appSecret).update(graph.appToken).digest('hex');
    const { body } = await debug(`${token}&appsecret_proof=${proof}`);
    expect(body).toMatchObject({ data: { is_valid: true } });
  });

  it('shows a signup that did not grant messaging', async () => {
    const { token, wabaId } = await signUpTenant(graph, {
      scopes: ['whatsapp_business_management'],
    });
    expect((await debug(token)).body).toMatchObject({
      data: {
        scopes: ['whatsapp_business_management'],
        granular_scopes: [{ scope: 'whatsapp_business_management', target_ids: [wabaId] }],
      },
    });
  });

  it.each([
    ['expire', 463, /Session has expired/],
    ['revoke', 467, /has been invalidated/],
  ])(
    'answers 200 for a token after %s, and every other call 190',
    async (action, subcode, message) => {
      const { token, wabaId } = await signUpTenant(graph, { tokenLifetime: '60d' });
      expect(await graph.local('tokens', { token, action })).toMatchObject({ status: 200 });
      const error = { code: 190, message: expect.stringMatching(message), subcode };
      const dead = { is_valid: false, expires_at: expect.any(Number), scopes: [], error };
      const { status, body } = await debug(token);
      expect([status, body]).toEqual([200, { data: expect.objectContaining(dead) }]);
      expect(await graph.get(wabaId, token)).toEqual({
        ...refused(190, message, subcode),
        status: 401,
      });
    },
  );

  it('lets a 60-day token die by itself', async () => {
    const { token, wabaId } = await signUpTenant(graph, { tokenLifetime: '60d' });
    graph.clock.now += 60 * day - 1;
    expect((await graph.get(wabaId, token)).status).toBe(200);
    graph.clock.now += 1;
    expect((await graph.get(wabaId, token)).body.error).toMatchObject({ error_subcode: 463 });
  });

  it('answers 200 for what never was a token', async () => {
    expect((await debug('EAAnever')).body).toEqual({
      data: { error: { code: 190, message: expect.any(String) }, is_valid: false, scopes: [] },
    });
  });

  it('wants the token of the app', async () => {
    const { token } = await signUpTenant(graph);
    expect((await debug(token, token)).body.error).toMatchObject({ code: 100 });
    expect((await debug(token, `${graph.app.appId}|wrong`)).body.error).toMatchObject({
      code: 190,
    });
  });
});

describe('a business that withdraws access', () => {
  it('is answered 100/33, as if it did not exist', async () => {
    const { token, wabaId, phoneNumberId } = await signUpTenant(graph);
    await graph.local('tokens', { wabaId, action: 'unshare' });
    for (const path of [wabaId, phoneNumberId, `${wabaId}/phone_numbers`]) {
      expect(await graph.get(path, token)).toEqual(refused(100, /Unsupported get request/, 33));
    }
    expect(
      (await graph.get(`debug_token?input_token=${token}`, graph.appToken)).body,
    ).toMatchObject({ data: { is_valid: true } });
  });

  it('has to exist', async () => {
    const answer = await graph.local('tokens', { wabaId: '1', action: 'revoke' });
    expect(answer).toMatchObject({ status: 400 });
    expect(await graph.local('tokens', { action: 'revoke' })).toEqual({
      status: 400,
      body: { problems: ['token or wabaId must be given'] },
    });
  });
});

describe('a signed_request', () => {
  it('is signed over the payload as it is sent', () => {
    const [signature, payload = ''] = signedRequest(
      { userId: '218471', issuedAt: 1795337000 },
      'app-secret',
    ).split('.');
    expect(signature).toBe(createHmac('sha256', 'app-secret').update(payload).digest('base64url'));
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toEqual({
      algorithm: 'HMAC-SHA256',
      issued_at: 1795337000,
      user_id: '218471',
    });
  });
});

function refused(code: number, message: RegExp, subcode?: number) {
  const error = {
    code,
    message: expect.stringMatching(message),
    ...(subcode !== undefined && { error_subcode: subcode }),
  };
  return { status: 400, body: { error: expect.objectContaining(error) } };
}
