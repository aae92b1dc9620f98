import { randomBytes } from 'node:crypto';
import type { LocalRoute } from '../routes.ts';
import { startGraph } from './graph.ts';
import type { Business } from './messages.ts';
import { simulate } from './simulation.ts';
import { createWebhookSender } from './webhook.ts';

/** What the simulator needs of the running stack. */
export interface LocalStackContext {
  /** The address of the local run. */
  url: string;
  /** CloudFormation outputs by name. */
  outputs: Record<string, string>;
  /** Calls an AWS action of a JSON protocol with an operator's rights. */
  awsCall(service: string, action: string, body: unknown): Promise<unknown>;
}

const organizationId = 'demo';
const portfolioId = '506070809010203';
const business: Business = {
  wabaId: '104050607080901',
  phoneNumberId: '109080706050403',
  displayPhoneNumber: '15550100100',
};
const appSecret = randomBytes(16).toString('hex');
const verifyToken = randomBytes(16).toString('hex');

/** SecretStrings by the prefix of the secret's logical id, for a stack that starts with them. */
export const initialSecrets = {
  AppSecret: JSON.stringify({ appSecrets: [appSecret], verifyTokens: [verifyToken] }),
};

/**
 * Puts the demo organisation into the stack and starts Meta's side of it: `info` for
 * `.local/stack.json`, the simulator's own `routes`, and lines to paste as `nextCommands`. Throws where
 * the stack lacks an output.
 */
export async function startMeta(stack: LocalStackContext) {
  const webhookUrl = outputOf(stack, 'WebhookUrl');
  await seedDemo(stack);
  const graph = await startGraph();
  const sender = createWebhookSender(webhookUrl, appSecret);
  const stopping = new AbortController();
  const { signal } = stopping;
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
  ];
  return {
    info: { webhookUrl, graphUrl, appSecret, verifyToken, organizationId, wabaId, phoneNumberId },
    routes,
    nextCommands: [
      'npm run simulate -- text "مرحبا"',
      'npm run simulate -- ladder',
      'npm run simulate -- batch 1000',
      'npm run simulate -- list',
      `${stack.url}/_local/events?after=0`,
    ],
    stop: async () => {
      stopping.abort();
      sender.stop();
      await graph.stop();
    },
  };
}

/** Stores the app's secrets, and the routes of the demo number and WABA to the demo organisation. */
async function seedDemo(stack: LocalStackContext): Promise<void> {
  await stack.awsCall('secretsmanager', 'PutSecretValue', {
    SecretId: outputOf(stack, 'AppSecretArn'),
    SecretString: initialSecrets.AppSecret,
  });
  const { phoneNumberId, wabaId } = business;
  const owner = { wabaId, organizationId, portfolioId, state: 'ACTIVE' };
  for (const route of [
    { pk: `ROUTE#${phoneNumberId}`, sk: 'ROUTE', phoneNumberId, ...owner },
    { pk: `WABA#${wabaId}`, sk: `ORG#${organizationId}`, ...owner },
  ]) {
    await stack.awsCall('dynamodb', 'PutItem', {
      TableName: outputOf(stack, 'TableName'),
      Item: Object.fromEntries(Object.entries(route).map(([name, S]) => [name, { S }])),
    });
  }
}

function outputOf({ outputs }: LocalStackContext, name: string): string {
  const value = outputs[name];
  if (value === undefined) {
    const known = Object.keys(outputs).join(', ');
    throw new Error(`The stack has no output ${name}; it has: ${known || 'none'}`);
  }
  return value;
}
