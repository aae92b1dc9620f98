import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import {
  type ConnectionRecord,
  connectionSteps,
} from '../../shared/connections/connection.schema.ts';
import { connectionKey } from '../../shared/connections/connection-item.ts';
import { webhookFields } from '../../shared/connections/webhook-fields.ts';
import { credentialKey, tokenContext } from '../../shared/credentials/credential-item.ts';
import { routeItems } from '../../shared/routing/route-items.ts';
import { registerTranscript } from '../engines/transcribe.ts';
import type { LocalRoute } from '../routes.ts';
import type { LocalStackContext } from '../stack.ts';
import { customerOf, demoPhone } from './customer.ts';
import { whatsappScopes } from './graph/onboarding/state.ts';
import { type FakeGraph, startGraph } from './graph.ts';
import { type DemoOrganisation, demo, other, stateOf } from './organisations.ts';
import { signupPath, signupRoutes } from './signup/signup-page.ts';
import { simulate } from './simulation.ts';
import { voiceNotes } from './voice-notes.ts';
import { createWebhookSender } from './webhook.ts';

/** What the simulator needs of the running stack. */
type StackInReach = Pick<LocalStackContext, 'url' | 'outputs' | 'awsCall'>;

const appSecret = randomBytes(16).toString('hex');
const verifyToken = randomBytes(16).toString('hex');
const encrypted = z.object({ CiphertextBlob: z.string() });

/** SecretStrings by the prefix of the secret's logical id, for a stack that starts with them. */
export const initialSecrets = {
  AppSecret: JSON.stringify({ appSecrets: [appSecret], verifyTokens: [verifyToken] }),
};

/**
 * Starts the fake Graph with both organisations in it: before the stack, whose functions get its
 * address in their environment. The demo customer counts as having written to the demo number just now,
 * and what its voice notes say is known to the local Transcribe.
 */
export async function startDemoGraph(): Promise<FakeGraph> {
  for (const { sha256, ...speech } of voiceNotes) registerTranscript(sha256, speech);
  const graph = await startGraph(stateOf([demo, other], appSecret));
  const { userId } = customerOf({});
  graph.openWindow({
    phoneNumberId: demo.business.phoneNumberId,
    people: [demoPhone, userId],
  });
  return graph;
}

/** The environment of a stack that has the fake Graph for its Meta. */
export function metaEnvironment(
  { url: graphUrl, state: { appId } }: FakeGraph,
  { url }: Pick<StackInReach, 'url'>,
): Record<string, string> {
  return {
    GRAPH_URL: graphUrl,
    APP_ID: appId,
    SIGNUP_CONFIGURATION_ID: '1122334455667788',
    SIGNUP_DIALOG_URL: graphUrl,
    SIGNUP_REDIRECT_URIS: url + signupPath,
    // An erasure is seen to end: here nothing is under way for a quarter of an hour.
    SETTLE_SECONDS: '5',
  };
}

/**
 * Puts both organisations into the stack and starts Meta's side of it: `info` for `.local/stack.json`,
 * the simulator's own `routes`, and lines to paste as `nextCommands`. Throws where the stack lacks an
 * output. `stop` leaves the graph running.
 */
export async function startMeta(stack: StackInReach, graph: FakeGraph) {
  const webhookUrl = outputOf(stack, 'WebhookUrl');
  await stack.awsCall('secretsmanager', 'PutSecretValue', {
    SecretId: outputOf(stack, 'AppSecretArn'),
    SecretString: initialSecrets.AppSecret,
  });
  graph.onboarding.appSubscriptions.set('whatsapp_business_account', {
    callbackUrl: webhookUrl,
    fields: new Set(webhookFields),
  });
  for (const organisation of [demo, other]) {
    graph.onboarding.subscribedAccounts.set(organisation.business.wabaId, {});
    await seed(stack, organisation);
  }
  const metaSender = createWebhookSender(webhookUrl, appSecret);
  const sender = graph.attach(metaSender);
  const stopping = new AbortController();
  const { signal } = stopping;
  const { organizationId, business } = demo;
  const { wabaId, phoneNumberId } = business;
  const graphUrl = graph.url;
  const routes: LocalRoute[] = [
    {
      method: 'POST',
      path: '/_local/simulate',
      handle: ({ body }) => simulate(body, { business, graphUrl, sender, signal }),
    },
    {
      method: 'GET',
      path: '/_local/deliveries',
      handle: async () => ({ status: 200, body: sender.log }),
    },
    ...graph.routes,
    ...signupRoutes({ dialogUrl: graphUrl }),
  ];
  return {
    info: {
      signupUrl: stack.url + signupPath,
      ...{ webhookUrl, graphUrl, appSecret, verifyToken, organizationId, wabaId, phoneNumberId },
      otherOrganizationId: other.organizationId,
      otherWabaId: other.business.wabaId,
      otherPhoneNumberId: other.business.phoneNumberId,
    },
    routes,
    nextCommands: [
      'npm run simulate -- text "مرحبا"',
      'npm run simulate -- ladder',
      'npm run simulate -- batch 1000',
      'npm run simulate -- list',
      `${stack.url}/_local/events?after=0`,
      `${stack.url}/_local/graph/messages`,
    ],
    stop: () => {
      stopping.abort();
      metaSender.stop();
    },
  };
}

/** Stores an organisation as connected: its connection, the routes of its number and WABA, its token. */
export async function seed(
  stack: Omit<StackInReach, 'url'>,
  organisation: DemoOrganisation,
): Promise<void> {
  const { organizationId, business, token } = organisation;
  const TableName = outputOf(stack, 'TableName');
  const put = (Item: object) => stack.awsCall('dynamodb', 'PutItem', { TableName, Item });
  for (const item of routeItems({ ...business, organizationId })) await put(item);
  const connection = connectionOf(organisation);
  await put({
    ...keyAttributes(connectionKey(organizationId, business.wabaId)),
    connection: { S: JSON.stringify(connection) },
    version: { N: '1' },
  });
  const KeyId = stack.outputs['TokenKeyArn'];
  if (KeyId === undefined) return;
  const { wabaId } = business;
  const answer = await stack.awsCall('kms', 'Encrypt', {
    KeyId,
    Plaintext: Buffer.from(token).toString('base64'),
    EncryptionContext: tokenContext(organizationId, wabaId),
  });
  await put({
    ...keyAttributes(credentialKey(organizationId, wabaId)),
    state: { S: 'VALID' },
    ciphertext: { B: encrypted.parse(answer).CiphertextBlob },
    storedAt: { S: connection.connectedAt },
    organizationId: { S: organizationId },
    wabaId: { S: wabaId },
  });
}

function keyAttributes({ pk, sk }: { pk: string; sk: string }) {
  return { pk: { S: pk }, sk: { S: sk } };
}

/** The connection as `lambdas/connect` leaves it when every step is done. */
function connectionOf({ organizationId, business, name }: DemoOrganisation): ConnectionRecord {
  const now = new Date().toISOString();
  const { wabaId, phoneNumberId, displayPhoneNumber } = business;
  return {
    ...{ organizationId, wabaId, source: 'by-hand', scopes: [...whatsappScopes] },
    ...{ state: 'active', stateAt: now, connectedAt: now },
    steps: Object.fromEntries(connectionSteps.map((step) => [step, now])),
    numbers: [
      {
        ...{ phoneNumberId, displayPhoneNumber: `+${displayPhoneNumber}`, verifiedName: name },
        ...{ status: 'CONNECTED', coexistence: false, registered: true, active: true },
        ...{ webhookOverride: false, registerCalls: [], synced: {} },
      },
    ],
    webhookOverride: false,
    restrictions: [],
  };
}

function outputOf({ outputs }: Pick<StackInReach, 'outputs'>, name: string): string {
  const value = outputs[name];
  if (value === undefined) {
    const known = Object.keys(outputs).join(', ');
    throw new Error(`The stack has no output ${name}; it has: ${known || 'none'}`);
  }
  return value;
}
