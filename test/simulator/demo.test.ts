import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import {
  initialSecrets,
  metaEnvironment,
  startDemoGraph,
  startMeta,
} from '../../local/meta/demo.ts';
import { demo, other } from '../../local/meta/organisations.ts';
import { signature } from '../../local/meta/webhook.ts';
import {
  connectionRecordSchema,
  connectionSteps,
} from '../../shared/connections/connection.schema.ts';
import { startReceiver } from './receiver.ts';
import { until } from './running-graph.ts';

let graph: Awaited<ReturnType<typeof startDemoGraph>>;
beforeEach(async () => {
  graph = await startDemoGraph();
});
afterEach(() => graph.stop());

function stackAt(url: string, more: Record<string, string> = {}) {
  const awsCalls: unknown[][] = [];
  return {
    awsCalls,
    url,
    awsEndpoint: url,
    outputs: {
      WebhookUrl: `${url}/whatsapp-webhook`,
      AppSecretArn: 'arn:secret',
      TableName: 'Table',
      ...more,
    },
    awsCall: async (...call: unknown[]) => {
      awsCalls.push(call);
      return { CiphertextBlob: 'Y2lwaGVydGV4dA==' };
    },
  };
}

const putConnection = z.object({
  Item: z.object({
    connection: z.object({
      S: z
        .string()
        .transform((json): unknown => JSON.parse(json))
        .pipe(connectionRecordSchema),
    }),
  }),
});
const putItem = (Item: object) => ['dynamodb', 'PutItem', { TableName: 'Table', Item }];
const routesOf = (organizationId: string, { phoneNumberId, wabaId }: Record<string, string>) => [
  putItem({ pk: { S: `ROUTE#${phoneNumberId}` }, organizationId: { S: organizationId } }),
  putItem({
    pk: { S: `WABA#${wabaId}` },
    sk: { S: `ORG#${organizationId}` },
    state: { S: 'ACTIVE' },
  }),
];
const connectionOf = (organizationId: string, { wabaId }: Record<string, string>) =>
  putItem({
    pk: { S: `ORG#${organizationId}` },
    sk: { S: `CONNECTION#${wabaId}` },
    version: { N: '1' },
  });
const credentialOf = (organizationId: string, wabaId: string, token: string) => [
  [
    'kms',
    'Encrypt',
    {
      KeyId: 'arn:key',
      Plaintext: Buffer.from(token).toString('base64'),
      EncryptionContext: { purpose: 'waba-token', organizationId, wabaId },
    },
  ],
  putItem({
    pk: { S: `ORG#${organizationId}` },
    sk: { S: `CREDENTIAL#${wabaId}` },
    state: { S: 'VALID' },
    storedAt: { S: expect.any(String) },
    ciphertext: { B: 'Y2lwaGVydGV4dA==' },
    organizationId: { S: organizationId },
    wabaId: { S: wabaId },
  }),
];

describe('the demo organisations', () => {
  it('are put into the stack, and their webhooks carry the signature of its secret', async () => {
    const receiver = await startReceiver(() => 200);
    const stack = stackAt(receiver.url);
    const { info, routes, nextCommands, stop } = await startMeta(stack, graph);

    const SecretString = JSON.stringify({
      appSecrets: [info.appSecret],
      verifyTokens: [info.verifyToken],
    });
    expect(initialSecrets).toEqual({ AppSecret: SecretString });
    expect(info.appSecret).toMatch(/^[0-9a-f]{32}$/);
    expect(stack.awsCalls).toMatchObject([
      ['secretsmanager', 'PutSecretValue', { SecretId: 'arn:secret', SecretString }],
      ...routesOf('demo', { phoneNumberId: info.phoneNumberId, wabaId: info.wabaId }),
      connectionOf('demo', { wabaId: info.wabaId }),
      ...routesOf('other', { phoneNumberId: info.otherPhoneNumberId, wabaId: info.otherWabaId }),
      connectionOf('other', { wabaId: info.otherWabaId }),
    ]);
    expect(info).toMatchObject({ organizationId: 'demo', otherOrganizationId: 'other' });
    expect(nextCommands).toContain(`${receiver.url}/_local/events?after=0`);

    const route = (path: string) => routes.find((each) => each.path === path);
    const query = new URLSearchParams();
    const body = { type: 'text', text: { body: 'مرحبا' } };
    const answer = await route('/_local/simulate')?.handle({ query, body });
    expect(answer).toMatchObject({ status: 200, body: { deliveries: [{ status: 200 }] } });
    const [webhook] = receiver.received;
    expect(webhook?.path).toBe('/whatsapp-webhook');
    expect(webhook?.headers['x-hub-signature-256']).toBe(
      signature(webhook?.body ?? '', info.appSecret),
    );
    expect(await route('/_local/deliveries')?.handle({ query, body: undefined })).toMatchObject({
      body: [{ state: 'delivered' }],
    });
    stop();
    await receiver.stop();
  });

  it('are connected: every step is done, and Meta sends their webhooks here', async () => {
    const stack = stackAt('http://127.0.0.1:9');
    const { info, stop } = await startMeta(stack, graph);
    const connections = stack.awsCalls.flatMap(([, , input]) => {
      const { data } = putConnection.safeParse(input);
      return data ? [data.Item.connection.S] : [];
    });
    const done = Object.fromEntries(connectionSteps.map((step) => [step, expect.any(String)]));
    const isWell = { active: true, registered: true };
    expect(connections).toMatchObject(
      [demo, other].map(({ organizationId, business: { wabaId, phoneNumberId } }) => ({
        ...{ organizationId, wabaId, state: 'active', steps: done },
        numbers: [{ phoneNumberId, ...isWell }],
      })),
    );
    const { appSubscriptions, subscribedAccounts } = graph.onboarding;
    expect([...subscribedAccounts.keys()]).toEqual([info.wabaId, info.otherWabaId]);
    expect(appSubscriptions.get('whatsapp_business_account')?.callbackUrl).toBe(info.webhookUrl);
    stop();
  });

  it('are what the functions of a stack are configured for', () => {
    expect(metaEnvironment(graph, { url: 'http://127.0.0.1:9' })).toEqual({
      GRAPH_URL: graph.url,
      SETTLE_SECONDS: '5',
      APP_ID: graph.state.appId,
      SIGNUP_CONFIGURATION_ID: expect.stringMatching(/^\d+$/),
      SIGNUP_DIALOG_URL: graph.url,
      SIGNUP_REDIRECT_URIS: 'http://127.0.0.1:9/_local/signup',
    });
  });

  it('have their tokens encrypted where the stack has a key', async () => {
    const stack = stackAt('http://127.0.0.1:9', { TokenKeyArn: 'arn:key' });
    const { stop } = await startMeta(stack, graph);
    const credentials = stack.awsCalls.filter(
      ([service, , input]) => service === 'kms' || JSON.stringify(input).includes('CREDENTIAL#'),
    );
    expect(credentials).toEqual([
      ...credentialOf('demo', demo.business.wabaId, demo.token),
      ...credentialOf('other', other.business.wabaId, other.token),
    ]);
    stop();
  });

  it('can send: the demo customer has written, and whoever writes through the simulator', async () => {
    const receiver = await startReceiver(() => 200);
    const { routes, stop } = await startMeta(stackAt(receiver.url), graph);
    const send = (to: string) =>
      fetch(`${graph.url}/v25.0/${demo.business.phoneNumberId}/messages`, {
        method: 'POST',
        headers: { authorization: `Bearer ${demo.token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ messaging_product: 'whatsapp', to, text: { body: 'Hello' } }),
      });
    const simulated = routes.find(({ path }) => path === '/_local/simulate');
    const body = { type: 'text', text: { body: 'Hi' }, from: '966500000002' };
    await simulated?.handle({ query: new URLSearchParams(), body });
    for (const to of ['+966500000001', '+966500000002', '+966500000003']) {
      expect((await send(to)).status).toBe(200);
    }
    const ends = () => graph.accepted().map(({ to, statuses }) => [to, statuses.at(-1)]);
    await until(() => ends().every(([, status]) => status === 'read' || status === 'failed'));
    expect(ends()).toEqual([
      ['+966500000001', 'read'],
      ['+966500000002', 'read'],
      ['+966500000003', 'failed'],
    ]);
    stop();
    await receiver.stop();
  });

  it("cannot use each other's number", async () => {
    const response = await fetch(`${graph.url}/v25.0/${other.business.phoneNumberId}/messages`, {
      method: 'POST',
      headers: { authorization: `Bearer ${demo.token}` },
      body: '{}',
    });
    expect(await response.json()).toMatchObject({ error: { code: 100, error_subcode: 33 } });
  });

  it('say which output of the stack is missing', async () => {
    const stack = { ...stackAt('http://127.0.0.1:9'), outputs: { TableName: 'Table' } };
    await expect(startMeta(stack, graph)).rejects.toThrow(
      'no output WebhookUrl; it has: TableName',
    );
  });
});
