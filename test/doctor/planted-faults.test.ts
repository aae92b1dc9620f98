import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  acme,
  acmeToken,
  appId,
  type DoctorWorld,
  rival,
  start,
  startDoctorWorld,
  troubles,
} from './doctor-world.ts';

const { wabaId, phoneNumberId } = acme;
const dayMs = 24 * 60 * 60 * 1000;

let world: DoctorWorld;
beforeEach(async () => {
  world = await startDoctorWorld();
});
afterEach(() => world.stop());

/** Shows the number with other fields than the simulator can give it. */
function seeNumber(fields: object) {
  world.lens.see = (path, answer) => {
    if (!path.endsWith('/phone_numbers') || answer.kind !== 'ok') {
      return answer;
    }
    const { data } = JSON.parse(JSON.stringify(answer.body));
    return { ...answer, body: { data: data.map((number: object) => ({ ...number, ...fields })) } };
  };
}

/** Shows the token with other facts than the simulator can give it. */
function seeToken(facts: object) {
  world.lens.see = (path, answer) => {
    if (path !== 'debug_token' || answer.kind !== 'ok') {
      return answer;
    }
    const { data } = JSON.parse(JSON.stringify(answer.body));
    return { ...answer, body: { data: { ...data, ...facts } } };
  };
}

const inDays = (days: number) => Math.floor((start + days * dayMs) / 1000);
const reconnect = /Embedded Signup, or POST \/save-whatsapp-credentials/;
const resume = /POST \/wa-es-callback\/resume/;

interface Planted {
  name: string;
  plant(): unknown;
  /** The only row that is not green. */
  row: string;
  subject?: string;
  cause: RegExp;
  cure: RegExp;
}

const token = { subject: wabaId, cure: reconnect };

const faults: Planted[] = [
  {
    name: 'a revoked token',
    plant: () => world.local('tokens', { token: acmeToken, action: 'revoke' }),
    ...{ row: 'token fail', cause: /190\/467, token-invalid/, ...token },
  },
  {
    name: 'an expired token',
    plant: () => world.local('tokens', { token: acmeToken, action: 'expire' }),
    ...{ row: 'token fail', cause: /190\/463, token-expired, since 2026-11-22T12:00/, ...token },
  },
  {
    name: 'an account that is not shared any more',
    plant: () => world.local('tokens', { token: acmeToken, wabaId, action: 'unshare' }),
    ...{ row: 'token fail', cause: /has not shared this account/, ...token },
  },
  {
    name: 'a missing permission',
    plant: () => seeToken({ scopes: ['whatsapp_business_management'] }),
    ...{ row: 'token fail', cause: /permission whatsapp_business_messaging/, ...token },
  },
  {
    name: 'a token of another app',
    plant: () => world.state.tokens.set(acmeToken, { appId: '999', wabaIds: [wabaId] }),
    ...{ row: 'token fail', cause: new RegExp(`another app \\(999\\).*${appId}`), ...token },
  },
  {
    name: 'a token with 13 days left',
    plant: () => seeToken({ expires_at: inDays(13) }),
    ...{ row: 'token warn', cause: /ends at 2026-12-05.*13\.0 days/, ...token },
  },
  {
    name: 'a token with 6 days left',
    plant: () => seeToken({ expires_at: inDays(6) }),
    ...{ row: 'token warn', subject: wabaId, cause: /6\.0 days/, cure: /^Now: Connect/ },
  },
  {
    name: 'access to data with half a day left',
    plant: () => seeToken({ data_access_expires_at: inDays(0.5) }),
    ...{ row: 'token fail', cause: /access to data ends/, ...token },
  },
  {
    name: 'a credential that Meta has refused before',
    async plant() {
      const credential = await world.credentials.find(acme.organizationId, wabaId);
      if (credential) await world.credentials.invalidate(credential, 'token-expired', 'now');
    },
    row: 'credential fail',
    ...{ subject: wabaId, cause: /nothing is sent with it since: token-expired/, cure: reconnect },
  },
  {
    name: 'a token that KMS does not decrypt',
    plant: () => {
      world.credentials.failure = Object.assign(new Error(acmeToken), {
        name: 'AccessDeniedException',
      });
    },
    row: 'credential fail',
    ...{ subject: wabaId, cause: /AccessDeniedException/, cure: /TokenKeyArn/ },
  },
  {
    name: 'an organisation that is not connected',
    plant: () => {
      world.ports.credentials.wabasOf = async () => [];
    },
    ...{ row: 'credential fail', cause: /not connected/, cure: /Embedded Signup/ },
  },
  {
    name: 'an empty app secret',
    plant: () => {
      world.secret.appSecrets = [];
    },
    ...{ row: 'app-secret fail', cause: /not filled in/, cure: /put-secret-value/ },
  },
  {
    name: 'an app secret of another app',
    plant: () => {
      world.secret.appSecrets = ['wrong'];
    },
    ...{ row: 'app-secret fail', cause: /Meta does not take/, cure: /App settings, Basic/ },
  },
  {
    name: 'webhook fields that the app is not subscribed to',
    plant: () => {
      world.lens.see = (path, answer) =>
        path.endsWith('/subscriptions') && answer.kind === 'ok'
          ? JSON.parse(JSON.stringify(answer).replace('"account_update"', '"flows"'))
          : answer;
    },
    row: 'app-webhook fail',
    ...{ cause: /not subscribed to account_update\./, cure: /Webhook fields: .*account_update/ },
  },
  {
    name: 'an app whose webhooks go elsewhere',
    plant: () => world.subscribeFields(['messages'], 'https://old.example.com/hook?token=secret'),
    row: 'app-webhook fail',
    ...{ cause: /go to https:\/\/old\.example\.com\/hook,/, cure: /hooks\.example\.com/ },
  },
  {
    name: 'webhooks that are switched off',
    plant: () => {
      world.lens.see = (path, answer) =>
        path.endsWith('/subscriptions') && answer.kind === 'ok'
          ? JSON.parse(JSON.stringify(answer).replace('"active":true', '"active":false'))
          : answer;
    },
    ...{ row: 'app-webhook fail', cause: /switched off/, cure: /verify the callback URL again/ },
  },
  {
    name: 'an account without a subscription',
    plant: () => world.call('DELETE', `${wabaId}/subscribed_apps`),
    ...{
      row: 'subscription fail',
      subject: wabaId,
      cause: /do not come to this app/,
      cure: resume,
    },
  },
  {
    name: 'an account that overrides the callback URL',
    plant: () =>
      world.call('POST', `${wabaId}/subscribed_apps`, {
        ...{ override_callback_uri: 'https://old.example.com/hook', verify_token: 'verify' },
      }),
    row: 'subscription fail',
    subject: wabaId,
    ...{ cause: /account overrides.*old\.example\.com/, cure: /no body takes the override away/ },
  },
  {
    name: 'a number that overrides the callback URL',
    plant: () =>
      world.call('POST', phoneNumberId, {
        webhook_configuration: {
          ...{ override_callback_uri: 'https://old.example.com/hook', verify_token: 'verify' },
        },
      }),
    row: 'callback fail',
    subject: phoneNumberId,
    ...{ cause: /number overrides.*old\.example\.com/, cure: /"override_callback_uri": ""/ },
  },
  {
    name: 'a number that is not registered',
    plant: () => world.call('POST', `${phoneNumberId}/deregister`),
    row: 'number fail',
    subject: phoneNumberId,
    ...{ cause: /not registered.*PENDING.*NOT_APPLICABLE/, cure: /resume.*\/register/ },
  },
  {
    name: 'a number that nobody has verified',
    plant: () => seeNumber({ status: 'PENDING', code_verification_status: 'NOT_VERIFIED' }),
    row: 'number fail',
    ...{ subject: phoneNumberId, cause: /not registered/, cure: /verify the number first/ },
  },
  {
    name: 'a flagged number',
    plant: () => seeNumber({ status: 'FLAGGED' }),
    row: 'number warn',
    ...{ subject: phoneNumberId, cause: /flagged/, cure: /WhatsApp Manager, Phone numbers/ },
  },
  {
    name: 'a banned number',
    plant: () => seeNumber({ status: 'BANNED' }),
    row: 'number fail',
    ...{ subject: phoneNumberId, cause: /banned/, cure: /Business Support Home/ },
  },
  {
    name: 'a number of low quality whose name was declined',
    plant: () => seeNumber({ quality_rating: 'RED', name_status: 'DECLINED' }),
    row: 'number warn',
    subject: phoneNumberId,
    ...{ cause: /quality is low.*name is declined/, cure: /Insights.*another display name/ },
  },
  {
    name: 'a number of limited health',
    plant: () =>
      world.local('health', {
        ...{ id: phoneNumberId, canSendMessage: 'LIMITED' },
        additionalInfo: ['Your display name has not been approved yet'],
      }),
    row: 'number-health warn',
    subject: phoneNumberId,
    ...{ cause: /PHONE_NUMBER is LIMITED\. Your display name/, cure: /Account overview/ },
  },
  {
    name: 'an account that is blocked',
    plant: () =>
      world.local('health', {
        ...{ id: wabaId, canSendMessage: 'BLOCKED' },
        errors: [
          {
            error_code: 141006,
            error_description: 'There is an error with the payment method.',
            possible_solution: 'Add a payment method',
          },
        ],
      }),
    row: 'account-health fail',
    subject: wabaId,
    ...{ cause: /WABA is BLOCKED\. 141006: There is/, cure: /^Add a payment method\. / },
  },
  {
    name: 'a disabled template',
    plant: () =>
      world.local('templates', { wabaId, name: 'news', language: 'en', status: 'DISABLED' }),
    ...{ row: 'templates warn', subject: wabaId, cause: /DISABLED: news \(en\)/, cure: /another/ },
  },
  {
    name: 'templates of which none can be sent',
    plant: () =>
      world.local('templates', { wabaId, name: 'hello', language: 'ar', status: 'PAUSED' }),
    ...{
      row: 'templates warn',
      subject: wabaId,
      cause: /none is APPROVED/,
      cure: /resumed.*appeal/,
    },
  },
  {
    name: 'a list of templates that Meta refuses',
    plant: () => world.local('faults', { code: 100, path: 'message_templates' }),
    row: 'templates fail',
    ...{ subject: wabaId, cause: /100, invalid-parameter/, cure: /error codes/ },
  },
  {
    name: 'a number without a route',
    plant: () => {
      world.ports.routes.byPhoneNumber = async () => undefined;
    },
    row: 'route fail',
    ...{ subject: phoneNumberId, cause: /no active route: .*parked/, cure: resume },
  },
  {
    name: 'a number of another organisation',
    plant: () => {
      world.ports.routes.byPhoneNumber = async () => rival;
    },
    row: 'route warn',
    ...{ subject: phoneNumberId, cause: /another organisation/, cure: /DELETE/ },
  },
  {
    name: 'an account without a route',
    plant: () => {
      world.ports.routes.byWaba = async () => [rival];
    },
    ...{ row: 'account-route fail', subject: wabaId, cause: /no active route/, cure: resume },
  },
  {
    name: 'dead letters',
    plant: () => {
      const [first] = world.queues;
      if (first) first.deadLetters = 2;
    },
    row: 'dead-letters fail',
    cause: /webhook-events has given up 2 messages/,
    cure: /npm run dlq -- redrive/,
  },
  {
    name: 'a backlog that the backend leaves',
    plant: () => {
      for (const queue of world.queues) {
        queue.waiting = queue.name === 'inbox-events' ? 1000 : 999;
      }
    },
    ...{ row: 'queues warn', cause: /1000 messages wait in inbox-events/, cure: /inbox backend/ },
  },
  {
    name: 'files that Meta refuses',
    plant: () => {
      world.traces.mediaErrors = 9;
    },
    row: 'files fail',
    subject: phoneNumberId,
    ...{ cause: /refused 9 files.*wait for the next hour/, cure: /docs\/media-reasons\.md/ },
  },
  {
    name: 'a number of which no webhook ever came',
    plant: () => {
      world.traces.seen.webhook = undefined;
    },
    row: 'last-webhook warn',
    subject: phoneNumberId,
    ...{ cause: /None has come.*connected 21 d ago/, cure: /Send the number a message/ },
  },
  {
    name: 'a Graph API that is down',
    plant: () => world.local('faults', { kind: 'reset-before', count: 100 }),
    ...{
      row: 'graph fail',
      cause: /6 of 6 questions.*connection failed/i,
      cure: /metastatus\.com/,
    },
  },
  {
    name: 'a Graph API that answers nonsense',
    plant: () => world.local('faults', { kind: 'garbage', count: 100 }),
    ...{ row: 'graph fail', cause: /no answer.*not JSON/, cure: /metastatus\.com/ },
  },
  {
    name: 'a Graph API that throttles',
    plant: () => world.local('faults', { code: 80007, path: `/${wabaId}`, count: 100 }),
    ...{ row: 'graph fail', cause: /80007, account-rate-limited/, cure: /in a minute/ },
  },
];

describe('the doctor', () => {
  it('finds nothing where all is well', async () => {
    const { healthy, checks } = await world.examine();
    expect(troubles(checks)).toEqual([]);
    expect(healthy).toBe(true);
    expect(checks.filter(({ status }) => status === 'skipped')).toEqual([]);
    expect(faults.length).toBeGreaterThan(35);
  });

  it.each(faults)('names $name on its own row alone, with its cure', async (fault) => {
    await fault.plant();
    const { healthy, checks } = await world.examine();
    expect(troubles(checks)).toEqual([fault.row]);
    const [id, status] = fault.row.split(' ');
    expect(checks.find((check) => check.id === id)).toMatchObject({
      ...(fault.subject === undefined ? {} : { subject: fault.subject }),
      cause: expect.stringMatching(fault.cause),
      cure: expect.stringMatching(fault.cure),
    });
    expect(healthy).toBe(status === 'warn');
    expect(JSON.stringify(checks)).not.toContain(acmeToken);
  });

  it.each([
    ['an expired code verification', () => seeNumber({ code_verification_status: 'EXPIRED' })],
    ['errors of calls beside AVAILABLE', callErrors],
    ['an override that leads here', overrideToUs],
    ['a token without a list of accounts', () => seeToken({ granular_scopes: [] })],
    ['a token with 15 days left', () => seeToken({ expires_at: inDays(15) })],
    ['a status that comes as no text', () => seeNumber({ name_status: 7, quality_rating: null })],
  ])('has nothing against %s', async (_name, plant) => {
    await plant();
    expect(troubles((await world.examine()).checks)).toEqual([]);
  });

  it.each([
    ['a quiet number', '2026-11-20T13:00:00.000Z', undefined, '47 h ago'],
    ['a busy number', '2026-11-22T11:58:59.000Z', undefined, '1 min ago'],
    ['a number that was connected a day ago', undefined, '2026-11-21T12:00:00.000Z', undefined],
    ['a number whose route was written by hand', undefined, undefined, undefined],
  ])('has nothing against the webhooks of %s', async (_name, seen, connectedAt, age) => {
    world.traces.seen = { webhook: seen, file: seen };
    world.traces.connectedAt = connectedAt;
    const { checks } = await world.examine();
    for (const each of ['last-webhook', 'last-media']) {
      expect(checks.find(({ id }) => id === each)).toMatchObject({
        ...{ status: 'ok', subject: phoneNumberId },
        details: seen === undefined ? { at: 'none yet' } : { at: seen, age },
      });
    }
  });

  it('names the templates that cannot be sent, and calls no paused or rejected one a fault', async () => {
    const some = [
      { name: 'news', language: 'en', status: 'PAUSED' },
      { name: 'prize', language: 'en', status: 'REJECTED' },
      { name: 'prize', language: 'ar', status: 'REJECTED' },
    ];
    for (const each of some) await world.local('templates', { wabaId, ...each });
    expect((await world.examine()).checks.find(({ id }) => id === 'templates')).toMatchObject({
      status: 'ok',
      details: { APPROVED: '1', PAUSED: '1: news (en)', REJECTED: '2: prize (en), prize (ar)' },
    });
  });

  it('says of each check that it could not make why', async () => {
    await world.local('tokens', { token: acmeToken, action: 'revoke' });
    world.ports.queues.read = async () => {
      throw Object.assign(new Error('no'), { name: 'QueueDoesNotExist' });
    };
    const { checks } = await world.examine();
    const skipped = checks.filter(({ status }) => status === 'skipped');
    expect(skipped.map(({ id, cause }) => [id, cause])).toEqual([
      ...['subscription', 'account-health', 'templates', 'numbers'].map((id) => [
        id,
        'It is asked with the access token: see "Access token".',
      ]),
      ['queues', 'It cannot be read: QueueDoesNotExist.'],
      ['dead-letters', 'It cannot be read: QueueDoesNotExist.'],
    ]);
  });

  it('examines every account, and names in each row which', async () => {
    const second = { ...acme, wabaId: rival.wabaId, phoneNumberId: rival.phoneNumberId };
    world.state.tokens.set('EAAsecond', { appId, wabaIds: [second.wabaId] });
    world.credentials.connect(second.organizationId, second.wabaId, 'EAAsecond');
    world.table.connect(second);
    const { checks } = await world.examine();
    expect(checks.filter(({ status }) => status === 'fail')).toMatchObject([
      { id: 'subscription', subject: second.wabaId },
    ]);
    expect(checks.filter(({ id }) => id === 'number').map(({ subject }) => subject)).toEqual([
      phoneNumberId,
      second.phoneNumberId,
    ]);
  });
});

function callErrors() {
  return world.local('health', {
    ...{ id: phoneNumberId, canSendMessage: 'AVAILABLE' },
    errors: [{ error_code: 138024, error_description: 'SIP is not configured' }],
  });
}

function overrideToUs() {
  return world.call('POST', `${wabaId}/subscribed_apps`, {
    override_callback_uri: 'https://hooks.example.com/wa-webhook',
    verify_token: 'verify',
  });
}
