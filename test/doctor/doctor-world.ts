import { createGraphState } from '../../local/meta/graph/state.ts';
import { startGraph } from '../../local/meta/graph.ts';
import type { AppSecret } from '../../shared/app-secret/app-secret.schema.ts';
import { type DoctorPorts, examine } from '../../shared/doctor/examine.ts';
import type { QueueDepth } from '../../shared/doctor/queue-depths.port.ts';
import type { Check } from '../../shared/doctor/report.schema.ts';
import type { SightingKind } from '../../shared/doctor/sightings.port.ts';
import { graphOverHttps } from '../../shared/graph/graph.graph.ts';
import type { GraphAnswer } from '../../shared/graph/graph.port.ts';
import { MemoryCredentials } from '../fakes/memory-credentials.ts';
import { MemoryTable } from '../fakes/memory-table.ts';

/** The organisation that is examined, its account and its number. */
export const acme = { organizationId: 'acme', wabaId: '1001', phoneNumberId: '2001' };

/** Another one, with whom the first has nothing to do. */
export const rival = { organizationId: 'rival', wabaId: '1002', phoneNumberId: '2002' };

export const acmeToken = 'EAAtokenOfAcme';
export const appId = '670843887433847';
export const webhookUrl = 'https://hooks.example.com/whatsapp-webhook';

const appSecret = 'the app secret of the doctor tests';
const appToken = `${appId}|${appSecret}`;

/** When the tests take place. */
export const start = Date.parse('2026-11-22T12:00:00.000Z');

/** One connected organisation, all well, over the simulated Graph API. */
export type DoctorWorld = Awaited<ReturnType<typeof startDoctorWorld>>;

/** What the service has written down. */
interface TracesSeen {
  testedAt: string | undefined;
  mediaErrors: number;
  seen: Record<SightingKind, string | undefined>;
  connectedAt: string | undefined;
}

/** Starts a world in which no check has anything to say. */
export async function startDoctorWorld() {
  const clock = { now: start };
  const state = createGraphState({ appId, appSecret }, () => clock.now);
  for (const { wabaId, phoneNumberId, organizationId } of [acme, rival]) {
    state.accounts.set(wabaId, { id: wabaId, name: organizationId });
    state.numbers.set(phoneNumberId, {
      ...{ id: phoneNumberId, wabaId, verifiedName: organizationId },
      ...{ displayPhoneNumber: `1555000${phoneNumberId}`, throughputMps: 80 },
    });
  }
  state.tokens.set(acmeToken, { appId, wabaIds: [acme.wabaId] });
  const graph = await startGraph(state);

  const secret: AppSecret = { appSecrets: [appSecret], verifyTokens: ['verify'] };
  const table = new MemoryTable([acme]);
  const credentials = new MemoryCredentials();
  credentials.connect(acme.organizationId, acme.wabaId, acmeToken);
  const queues: QueueDepth[] = ['webhook-events', 'inbox-events'].map((name) => ({
    ...{ name, waiting: 3, held: 2 },
    deadLetters: 0,
  }));
  const yesterday = '2026-11-21T11:00:00.000Z';
  const traces: TracesSeen = {
    ...{ testedAt: '2026-11-01T00:00:00.000Z', mediaErrors: 0 },
    ...{ seen: { webhook: yesterday, file: undefined }, connectedAt: '2026-11-01T00:00:00.000Z' },
  };
  const readSecret = async () => {
    if (secret.appSecrets.length === 0) {
      throw new Error('The app secret is not filled in');
    }
    return secret;
  };
  /** Changes what Meta answers, for what the simulator has no switch for. */
  const lens = { see: (_path: string, answer: GraphAnswer): GraphAnswer => answer };
  const wire = graphOverHttps({
    ...{ url: graph.url, version: 'v25.0', appSecret: { read: readSecret }, timeoutMs: 1000 },
  });
  const ports: DoctorPorts = {
    ...{ appId, webhookUrl, appSecret: { read: readSecret }, credentials, routes: table },
    graph: { call: async (request) => lens.see(request.path, await wire.call(request)) },
    queues: { read: async () => queues },
    traces: {
      lastTestWebhook: async () => traces.testedAt,
      mediaErrors: async () => traces.mediaErrors,
      lastSeen: async ({ kind }) => traces.seen[kind],
      connectedAt: async () => traces.connectedAt,
    },
    now: () => new Date(clock.now),
  };

  /** A call of the simulator, as a person with this token makes it. */
  async function call(method: string, path: string, body: object = {}, token = acmeToken) {
    const response = await fetch(`${graph.url}/v25.0/${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) {
      throw new Error(await response.text());
    }
    return response.json();
  }

  /** One of the simulator's own addresses. */
  async function local(name: string, body: object) {
    const route = graph.routes.find(
      ({ method, path }) => method === 'POST' && path === `/_local/graph/${name}`,
    );
    const answer = await route?.handle({ query: new URLSearchParams(), body });
    if (answer?.status !== 200) {
      throw new Error(`/_local/graph/${name}: ${JSON.stringify(answer)}`);
    }
  }

  const subscribeFields = (fields: string[], callbackUrl = webhookUrl) =>
    call(
      'POST',
      `${appId}/subscriptions`,
      {
        object: 'whatsapp_business_account',
        ...{ callback_url: callbackUrl, verify_token: 'verify', fields: fields.join() },
      },
      appToken,
    );
  await subscribeFields(['messages', 'account_update', 'message_template_status_update']);
  await call('POST', `${acme.wabaId}/subscribed_apps`);
  await local('templates', { wabaId: acme.wabaId, name: 'hello', language: 'ar' });

  return {
    ...{ clock, state, graph, secret, table, credentials, queues, traces, lens, ports },
    ...{ call, local, subscribeFields },
    examine: () => examine(acme.organizationId, ports),
    stop: () => graph.stop(),
  };
}

/** The rows that are not green, as `id subject status`. */
export function troubles(checks: readonly Check[]): string[] {
  return checks
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .map(({ id, status }) => `${id} ${status}`);
}
