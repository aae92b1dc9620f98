import { randomBytes } from 'node:crypto';
import { routeItems } from '../../shared/routing/route-items.ts';
import type { LocalRoute } from '../routes.ts';
import type { LocalStackContext } from '../stack.ts';
import { startGraph } from './graph.ts';
import type { Business } from './messages.ts';
import { simulate } from './simulation.ts';
import { createWebhookSender } from './webhook.ts';

/** What the simulator needs of the running stack. */
type StackInReach = Pick<LocalStackContext, 'url' | 'outputs' | 'awsCall'>;

const organizationId = 'demo';
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
export async function startMeta(stack: StackInReach) {
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
async function seedDemo(stack: StackInReach): Promise<void> {
  await stack.awsCall('secretsmanager', 'PutSecretValue', {
    SecretId: outputOf(stack, 'AppSecretArn'),
    SecretString: initialSecrets.AppSecret,
  });
  for (const Item of routeItems({ ...business, organizationId })) {
    await stack.awsCall('dynamodb', 'PutItem', { TableName: outputOf(stack, 'TableName'), Item });
  }
}

function outputOf({ outputs }: StackInReach, name: string): string {
  const value = outputs[name];
  if (value === undefined) {
    const known = Object.keys(outputs).join(', ');
    throw new Error(`The stack has no output ${name}; it has: ${known || 'none'}`);
  }
  return value;
}
