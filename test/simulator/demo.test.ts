import { describe, expect, it } from '@jest/globals';
import { initialSecrets, startMeta } from '../../local/meta/demo.ts';
import { signature } from '../../local/meta/webhook.ts';
import { startReceiver } from './receiver.ts';

function stackAt(url: string) {
  const awsCalls: unknown[][] = [];
  return {
    awsCalls,
    url,
    awsEndpoint: url,
    outputs: {
      WebhookUrl: `${url}/whatsapp-webhook`,
      AppSecretArn: 'arn:secret',
      TableName: 'Table',
    },
    awsCall: async (...call: unknown[]) => void awsCalls.push(call),
  };
}

const putItem = (Item: object) => ['dynamodb', 'PutItem', { TableName: 'Table', Item }];

describe('the demo organisation', () => {
  it('is put into the stack, and its webhooks carry the signature of its secret', async () => {
    const receiver = await startReceiver(() => 200);
    const stack = stackAt(receiver.url);
    const { info, routes, nextCommands, stop } = await startMeta(stack);

    const SecretString = JSON.stringify({
      appSecrets: [info.appSecret],
      verifyTokens: [info.verifyToken],
    });
    expect(initialSecrets).toEqual({ AppSecret: SecretString });
    expect(info.appSecret).toMatch(/^[0-9a-f]{32}$/);
    expect(stack.awsCalls).toMatchObject([
      ['secretsmanager', 'PutSecretValue', { SecretId: 'arn:secret', SecretString }],
      putItem({ pk: { S: `ROUTE#${info.phoneNumberId}` }, organizationId: { S: 'demo' } }),
      putItem({ pk: { S: `WABA#${info.wabaId}` }, sk: { S: 'ORG#demo' }, state: { S: 'ACTIVE' } }),
    ]);
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
    await stop();
    await receiver.stop();
  });

  it('says which output of the stack is missing', async () => {
    const stack = { ...stackAt('http://127.0.0.1:9'), outputs: { TableName: 'Table' } };
    await expect(startMeta(stack)).rejects.toThrow('no output WebhookUrl; it has: TableName');
  });
});
