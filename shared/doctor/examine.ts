import type { AppSecretSource } from '../app-secret/app-secret.port.ts';
import { AccessToken } from '../credentials/access-token.ts';
import type { Credentials } from '../credentials/credential.port.ts';
import type { Graph } from '../graph/graph.port.ts';
import type { RouteTable } from '../routing/route.port.ts';
import { accountChecks } from './account-checks.ts';
import { answered, attempt, checkOf, type Finding, type Row, skipped } from './check.ts';
import { appSubscriptionSchema } from './meta-answers.schema.ts';
import { type MetaQuestions, metaQuestions } from './meta-questions.ts';
import { deadLettersCheck, deadLettersRow, waitingCheck, waitingRow } from './queue-checks.ts';
import type { QueueDepths } from './queue-depths.port.ts';
import type { Check, HealthReport } from './report.schema.ts';
import type { Traces } from './traces.port.ts';
import { appWebhookFindings } from './webhook-checks.ts';

/** What the checks ask, and against what. */
export interface DoctorPorts {
  /** Meta's app, to which accounts and tokens belong. */
  appId: string;
  /** The callback URL of this deployment. */
  webhookUrl: string;
  appSecret: AppSecretSource;
  credentials: Credentials;
  routes: RouteTable;
  /** With a short timeout: the calls of three steps wait for each other. */
  graph: Graph;
  queues: QueueDepths;
  traces: Traces;
  now(): Date;
}

const secretRow: Row = { id: 'app-secret', title: 'App secret' };
const appWebhookRow: Row = { id: 'app-webhook', title: "App's webhook fields" };
const graphRow: Row = { id: 'graph', title: 'Graph API' };
const testWebhookRow: Row = { id: 'test-webhook', title: 'Last test webhook' };

/**
 * Makes every check of an organisation. What fails keeps the checks that depend on it from being made,
 * and those say so: one fault is one red row.
 * @throws where the organisation's credentials cannot be listed
 */
export async function examine(organizationId: string, ports: DoctorPorts): Promise<HealthReport> {
  const meta = metaQuestions(ports.graph);
  const [app, queues, testWebhook, wabaIds] = await Promise.all([
    appChecks(ports, meta),
    queueChecks(ports),
    attempt(testWebhookRow, () => testWebhookCheck(ports)),
    ports.credentials.wabasOf(organizationId),
  ]);
  const accounts = await Promise.all(
    wabaIds
      .toSorted()
      .map((wabaId) =>
        accountChecks({ organizationId, wabaId, appToken: app.token, meta, ...ports }),
      ),
  );
  const checks = [
    ...app.checks,
    graphCheck(meta),
    ...(wabaIds.length === 0 ? [notConnected()] : accounts.flat()),
    ...queues,
    testWebhook,
  ];
  return {
    organizationId,
    checkedAt: ports.now().toISOString(),
    healthy: checks.every(({ status }) => status !== 'fail'),
    checks,
  };
}

/** @returns `token` where Meta takes the app's id and secret, or did not say */
async function appChecks(
  { appSecret, appId, webhookUrl }: DoctorPorts,
  meta: MetaQuestions,
): Promise<{ checks: Check[]; token: AccessToken | undefined }> {
  const secret = await appSecret.read().catch(() => undefined);
  const unusable = (cause: string, cure: string) => ({
    checks: [
      checkOf(secretRow, [{ status: 'fail', cause, cure }]),
      skipped(appWebhookRow, `It needs the app secret: see "${secretRow.title}".`),
    ],
    token: undefined,
  });
  if (secret === undefined) {
    return unusable(
      'The app secret is not filled in, or cannot be read: webhooks are answered 503.',
      'aws secretsmanager put-secret-value --secret-id <AppSecretArn> --secret-string file://app-secret.json (docs/deploy.md, "Fill in the app secret")',
    );
  }
  const token = new AccessToken(`${appId}|${secret.appSecrets[0] ?? ''}`);
  const asked = await meta.askAll({ path: `${appId}/subscriptions`, token }, appSubscriptionSchema);
  if (asked.kind === 'refused' && asked.error.class === 'reconnect') {
    return unusable(
      `Meta does not take the first app secret for the app ${appId} (${asked.error.code}).`,
      "Compare with Meta's app dashboard, App settings, Basic; put the right one first (SECURITY.md, docs/deploy.md).",
    );
  }
  const webhook = answered(asked, appWebhookRow, (subscriptions) =>
    checkOf(appWebhookRow, appWebhookFindings(subscriptions, webhookUrl)),
  );
  return { checks: [checkOf(secretRow, []), webhook], token };
}

async function queueChecks({ queues }: DoctorPorts): Promise<Check[]> {
  const depths = queues.read();
  return Promise.all([
    attempt(waitingRow, async () => waitingCheck(await depths)),
    attempt(deadLettersRow, async () => deadLettersCheck(await depths)),
  ]);
}

async function testWebhookCheck({ traces }: DoctorPorts): Promise<Check> {
  const at = await traces.lastTestWebhook();
  return checkOf(testWebhookRow, [], { at: at ?? 'none yet' });
}

/** Answers that are missing are no health: what was not checked may be what is wrong. */
function graphCheck(meta: MetaQuestions): Check {
  const { calls, problems } = meta.tally();
  if (calls === 0) {
    return skipped(graphRow, 'Nothing could be asked.');
  }
  const details = { calls: String(calls), unanswered: String(problems.length) };
  const finding: Finding = {
    status: 'fail',
    cause: `${problems.length} of ${calls} questions got no answer: ${[...new Set(problems)].join('; ')}.`,
    cure: 'Ask again in a minute. If it stays so, look at https://metastatus.com/whatsapp-business-api, and at whether the functions reach GRAPH_URL.',
  };
  return checkOf(graphRow, problems.length === 0 ? [] : [finding], details);
}

function notConnected(): Check {
  return checkOf({ id: 'credential', title: 'Credential' }, [
    {
      status: 'fail',
      cause: 'The organisation is not connected to any WhatsApp Business Account.',
      cure: 'Connect it: Embedded Signup, or POST /save-whatsapp-credentials.',
    },
  ]);
}
