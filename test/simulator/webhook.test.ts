import { describe, expect, it } from '@jest/globals';
import { createWebhookSender, signature, webhookBody } from '../../local/meta/webhook.ts';
import { startReceiver } from './receiver.ts';

const change = (body: string) => ({ field: 'messages', value: { messages: [{ text: { body } }] } });

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resume) => setTimeout(resume, 5));
}

describe('a webhook body', () => {
  it('writes everything beyond ASCII as lower-case escapes and stays the same JSON', () => {
    const body = webhookBody('1', [change('مرحبا 👋 é / <b>')]);
    expect(body).toContain('\\u0645\\u0631\\u062d\\u0628\\u0627 \\ud83d\\udc4b \\u00e9 / <b>');
    expect(body).toMatch(/^[\x20-\x7e]+$/);
    expect(JSON.parse(body)).toEqual({
      object: 'whatsapp_business_account',
      entry: [{ id: '1', changes: [change('مرحبا 👋 é / <b>')] }],
    });
  });

  it('dates its entry where a time is given', () => {
    expect(JSON.parse(webhookBody('1', [], 1750000000)).entry).toEqual([
      { id: '1', time: 1750000000, changes: [] },
    ]);
  });
});

describe('a signature', () => {
  it("is that of GitHub's published example", () => {
    expect(signature('Hello, World!', "It's a Secret to Everybody")).toBe(
      'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
    );
  });
});

describe('a delivery', () => {
  it('is signed over the bytes that go out', async () => {
    const receiver = await startReceiver(() => 200);
    const sender = createWebhookSender(receiver.url, 'secret');
    const body = webhookBody('1', [change('مرحبا')]);

    const delivery = await sender.deliver(body);

    expect(delivery).toMatchObject({ state: 'delivered', bytes: body.length });
    expect(delivery.attempts).toMatchObject([{ status: 200 }]);
    const [request] = receiver.received;
    expect(request).toMatchObject({ method: 'POST', body });
    expect(request?.headers['x-hub-signature-256']).toBe(signature(body, 'secret'));
    expect(request?.headers['user-agent']).toBe('facebookexternalua');
    await receiver.stop();
  });

  it('is repeated with the same bytes until it is answered 200, and no other success', async () => {
    const receiver = await startReceiver((_, index) => [503, 202, 204, 200][index] ?? 200);
    const sender = createWebhookSender(receiver.url, 'secret', [1, 1, 1, 1, 1]);

    const delivery = await sender.deliver(webhookBody('1', [change('مرحبا')]));
    expect(delivery.state).toBe('retrying');
    await until(() => delivery.state === 'delivered');

    expect(delivery.attempts.map(({ status }) => status)).toEqual([503, 202, 204, 200]);
    const sent = receiver.received.map(({ body, headers }) => [
      body,
      headers['x-hub-signature-256'],
    ]);
    expect(sent).toHaveLength(4);
    expect(new Set(sent.map(String)).size).toBe(1);
    await receiver.stop();
  });

  it('is given up after the last retry, and reports an address where nothing listens', async () => {
    const receiver = await startReceiver(() => 200);
    await receiver.stop();
    const sender = createWebhookSender(receiver.url, 'secret', [1]);

    const delivery = await sender.deliver('{}');
    await until(() => delivery.state === 'abandoned');

    expect(delivery.attempts).toMatchObject([
      { status: null, error: expect.stringContaining('ECONNREFUSED') },
      { status: null },
    ]);
    expect(sender.log).toEqual([delivery]);
  });

  it('waits no longer once the sender stops', async () => {
    const receiver = await startReceiver(() => 500);
    const sender = createWebhookSender(receiver.url, 'secret', [60_000]);

    const delivery = await sender.deliver('{}');
    sender.stop();
    await until(() => delivery.state === 'abandoned');

    expect(delivery.attempts).toHaveLength(1);
    await receiver.stop();
  });
});
