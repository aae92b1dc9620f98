import type { AccessToken } from '../credentials/access-token.ts';
import type { Credentials } from '../credentials/credential.port.ts';
import type { RouteTable } from '../routing/route.port.ts';
import { answered, attempt, checkOf, cures, type Finding, type Row, skipped } from './check.ts';
import { healthDetails, healthFindings } from './health-check.ts';
import {
  accountSchema,
  debugTokenSchema,
  type PhoneNumber,
  phoneNumberFields,
  phoneNumberSchema,
  subscribedAppSchema,
  templateFields,
  templateSchema,
} from './meta-answers.schema.ts';
import type { Asked, MetaQuestions } from './meta-questions.ts';
import { numberChecks } from './number-checks.ts';
import type { Check } from './report.schema.ts';
import { templateDetails, templateFindings } from './template-check.ts';
import { tokenDetails, tokenFindings } from './token-check.ts';
import type { Traces } from './traces.port.ts';
import { subscriptionFindings } from './webhook-checks.ts';

/** An organisation's account, and what its checks ask. */
export interface AccountContext {
  organizationId: string;
  wabaId: string;
  appId: string;
  webhookUrl: string;
  /** The app's own; undefined where Meta does not take it, and with it no proof of a token either. */
  appToken: AccessToken | undefined;
  meta: MetaQuestions;
  credentials: Credentials;
  routes: RouteTable;
  traces: Traces;
  now(): Date;
}

type AccountRow =
  | 'credential'
  | 'token'
  | 'subscription'
  | 'account-health'
  | 'templates'
  | 'numbers';

const titles: Readonly<Record<AccountRow, string>> = {
  credential: 'Credential',
  token: 'Access token',
  subscription: "Account's webhooks",
  'account-health': 'Health of the account',
  templates: 'Templates',
  numbers: 'Numbers',
};

/** Makes the checks of one account and of its numbers. Never rejects. */
export async function accountChecks(context: AccountContext): Promise<Check[]> {
  const { wabaId, appToken } = context;
  const row = (id: AccountRow): Row => ({ id, title: titles[id], subject: wabaId });
  const [credential, token] = await credentialCheck(context, row('credential'));
  const { check: tokenCheck, isUsable } = await checkToken(context, token, row('token'));
  const local = [credential, tokenCheck, await accountRouteCheck(context)];
  const asking: AccountRow[] = ['subscription', 'account-health', 'templates', 'numbers'];
  if (!(appToken && token && isUsable)) {
    const why = `It is asked with the access token: see "${titles[token ? 'token' : 'credential']}".`;
    return [...local, ...asking.map((id) => skipped(row(id), why))];
  }
  const [remote, numbers] = await Promise.all([
    askedChecks(context, token, row),
    context.meta.askAll(
      { path: `${wabaId}/phone_numbers`, query: { fields: phoneNumberFields }, token },
      phoneNumberSchema,
    ),
  ]);
  return [...local, ...remote, ...(await checksOfNumbers(context, numbers, row('numbers')))];
}

/** Whether there is a token, and what the service itself thinks of it. */
async function credentialCheck(
  { credentials, organizationId, wabaId }: AccountContext,
  row: Row,
): Promise<[Check, AccessToken | undefined]> {
  let token: AccessToken | undefined;
  const check = await attempt(row, async () => {
    const credential = await credentials.find(organizationId, wabaId);
    if (!credential) {
      return skipped(row, 'It was deleted while the checks were made.');
    }
    const findings: Finding[] = [];
    if (credential.state === 'INVALID') {
      const reason = credential.reason ?? 'no reason is kept';
      const cause = `Meta has refused the token, and nothing is sent with it since: ${reason}.`;
      findings.push({ status: 'fail', cause, cure: cures.reconnect });
    }
    try {
      token = await credentials.open(credential);
    } catch (error) {
      findings.push({
        status: 'fail',
        cause: `The token cannot be decrypted: ${error instanceof Error ? error.name : 'error'}.`,
        cure: `See whether the key (TokenKeyArn) is enabled and the function may use it. ${cures.reconnect}`,
      });
    }
    return checkOf(row, findings);
  });
  return [check, token];
}

/** What Meta says of the token. @returns `isUsable` also where Meta did not say */
async function checkToken(
  { appToken, appId, wabaId, meta, now }: AccountContext,
  token: AccessToken | undefined,
  row: Row,
): Promise<{ check: Check; isUsable: boolean }> {
  if (!token) {
    return { check: skipped(row, `There is none: see "${titles.credential}".`), isUsable: false };
  }
  if (!appToken) {
    return { check: skipped(row, 'It needs the app secret: see "App secret".'), isUsable: false };
  }
  const asked = await meta.ask(
    { path: 'debug_token', query: { input_token: token.reveal() }, token: appToken },
    debugTokenSchema,
  );
  let isUsable = true;
  const check = answered(asked, row, ({ data }) => {
    const found = tokenFindings(data, { appId, wabaId, now: now() });
    isUsable = found.isUsable;
    return checkOf(row, found.findings, tokenDetails(data));
  });
  return { check, isUsable };
}

/** What Meta tells of the account, asked with its token. */
async function askedChecks(
  { meta, appId, wabaId, webhookUrl }: AccountContext,
  token: AccessToken,
  row: (id: AccountRow) => Row,
): Promise<Check[]> {
  const [apps, account, templates] = await Promise.all([
    meta.askAll({ path: `${wabaId}/subscribed_apps`, token }, subscribedAppSchema),
    meta.ask({ path: wabaId, query: { fields: 'health_status' }, token }, accountSchema),
    meta.askAll(
      { path: `${wabaId}/message_templates`, query: { fields: templateFields }, token },
      templateSchema,
    ),
  ]);
  return [
    answered(apps, row('subscription'), (found) =>
      checkOf(row('subscription'), subscriptionFindings(found, { appId, wabaId, webhookUrl })),
    ),
    answered(account, row('account-health'), ({ health_status: health }) =>
      health
        ? checkOf(
            row('account-health'),
            healthFindings(health, ['WABA', 'BUSINESS', 'APP']),
            healthDetails(health),
          )
        : skipped(row('account-health'), 'Meta tells none.'),
    ),
    answered(templates, row('templates'), (found) =>
      checkOf(row('templates'), templateFindings(found), templateDetails(found)),
    ),
  ];
}

/** Webhooks about the account itself are routed by it. */
function accountRouteCheck({ routes, organizationId, wabaId }: AccountContext): Promise<Check> {
  const row: Row = { id: 'account-route', title: 'Route of the account', subject: wabaId };
  return attempt(row, async () => {
    const found = await routes.byWaba(wabaId, { fresh: true });
    const isThere = found.some((route) => route.organizationId === organizationId);
    return checkOf(
      row,
      isThere
        ? []
        : [
            {
              status: 'fail',
              cause:
                'There is no active route: what Meta tells of the account and its templates is parked.',
              cure: cures.resume,
            },
          ],
    );
  });
}

async function checksOfNumbers(
  { routes, traces, organizationId, wabaId, webhookUrl, now }: AccountContext,
  asked: Asked<PhoneNumber[]>,
  row: Row,
): Promise<Check[]> {
  if (asked.kind !== 'answered') {
    return [answered(asked, row, () => checkOf(row, []))];
  }
  if (asked.value.length === 0) {
    const cure = 'WhatsApp Manager, Phone numbers: add one, then connect the organisation again.';
    return [checkOf(row, [{ status: 'fail', cause: 'The account has no number.', cure }])];
  }
  const checks = await Promise.all(
    asked.value.map((number) =>
      numberChecks(number, { organizationId, wabaId, webhookUrl, routes, traces, now }),
    ),
  );
  return checks.flat();
}
