import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { identityKeyHashOf } from '../../local/meta/graph/recipient.ts';
import { signature, webhookBody } from '../../local/meta/webhook.ts';
import {
  appSecret,
  customer,
  phoneNumberId,
  runGraph,
  textMessage,
  until,
  wabaId,
} from './running-graph.ts';

let running: Awaited<ReturnType<typeof runGraph>>;
beforeEach(async () => {
  running = await runGraph();
  await running.local('POST', 'settings', { delayMs: 0 });
});
afterEach(() => running.stop());

const samples = '../../local/meta/graph/media/samples';
const stranger = '966500000009';
const toStranger = (more = {}) => textMessage({ to: `+${stranger}`, ...more });
const hour = 3_600_000;

/** Everything told of one message, once its last status has come. */
async function ladderOf(id: string, count = 3): Promise<string[]> {
  const own = () => running.statuses().filter((status) => status.id === id);
  await until(() => own().length >= count);
  return own().map(({ status }) => status);
}

/** `arrives`, or the errors with which a message fails. */
async function fateOf(message: unknown): Promise<unknown> {
  const id = await running.accepted(message);
  await ladderOf(id, 1);
  const told = running.statuses().find((status) => status.id === id);
  return told?.status === 'failed' ? told['errors'] : 'arrives';
}

const failedWith = (code: number) => [expect.objectContaining({ code })];

async function inbound(change: object, field = 'messages'): Promise<void> {
  const metadata = { display_phone_number: '15550001111', phone_number_id: phoneNumberId };
  const body = webhookBody(wabaId, [{ field, value: { metadata, ...change } }]);
  await running.sender.deliver(body);
}

describe('statuses', () => {
  it('follow an accepted message, signed, with its callback data', async () => {
    const id = await running.accepted(textMessage({ biz_opaque_callback_data: 'send-1' }));
    expect((await ladderOf(id)).sort()).toEqual(['delivered', 'read', 'sent']);
    expect(running.statuses()).toContainEqual(
      expect.objectContaining({
        ...{ id, status: 'delivered', recipient_id: customer },
        biz_opaque_callback_data: 'send-1',
        timestamp: String(running.state.now() / 1000),
      }),
    );
    const [webhook] = running.receiver.received;
    expect(webhook?.headers['x-hub-signature-256']).toBe(signature(webhook?.body ?? '', appSecret));
    const messages = running.graph.accepted();
    expect(messages.find((message) => message.id === id)?.statuses).toHaveLength(3);
  });

  it('come within half a second by default', async () => {
    await running.local('POST', 'settings', { delayMs: 150 });
    const start = performance.now();
    const id = await running.accepted(textMessage());
    expect(await ladderOf(id)).toEqual(['sent', 'delivered', 'read']);
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it('say played of a voice note, and only sent of a reaction', async () => {
    const voice = await running.accepted(
      textMessage({
        type: 'audio',
        text: undefined,
        audio: { link: 'https://example.com/a.ogg', voice: true },
      }),
    );
    expect((await ladderOf(voice, 4)).sort()).toEqual(['delivered', 'played', 'read', 'sent']);
    const reaction = { message_id: voice, emoji: '👍' };
    const id = await running.accepted(textMessage({ type: 'reaction', text: undefined, reaction }));
    expect(await ladderOf(id, 1)).toEqual(['sent']);
  });

  it('are told of a user by user id, and of a group by a participant', async () => {
    await running.local('POST', 'settings', { windows: 'open' });
    await running.accepted(textMessage({ to: undefined, recipient: 'SA.42' }));
    await running.accepted(textMessage({ recipient_type: 'group', to: 'Y2FwaV9ncm91cDox' }));
    await until(() => running.statuses().length === 6);
    expect(running.statuses()).toContainEqual(
      expect.objectContaining({ status: 'read', recipient_user_id: 'SA.42' }),
    );
    expect(running.statuses()).toContainEqual(
      expect.objectContaining({
        ...{ status: 'read', recipient_type: 'group', recipient_id: 'Y2FwaV9ncm91cDox' },
        recipient_participant_id: customer,
      }),
    );
  });

  it('of one moment share a webhook', async () => {
    await Promise.all(Array.from({ length: 20 }, () => running.accepted(textMessage())));
    await until(() => running.statuses().length === 60);
    expect(running.receiver.received.length).toBeLessThan(30);
  });

  it('are as many, as often, and in the order that is set', async () => {
    await running.local('POST', 'settings', {
      ...{ ladder: 'sent, delivered', duplicate: 1, reorder: true, statusesPerWebhook: 1 },
      delayMs: 100,
    });
    const id = await running.accepted(textMessage());
    expect(await ladderOf(id, 4)).toEqual(['delivered', 'delivered', 'sent', 'sent']);
    expect(running.receiver.received).toHaveLength(4);
    await running.local('POST', 'settings', { ladder: 'none' });
    await running.accepted(textMessage());
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(running.statuses()).toHaveLength(4);
  });

  it('refuse settings that mean nothing', async () => {
    const answer = await running.local('POST', 'settings', { ladder: 'sent,eaten', extra: 1 });
    expect(answer).toMatchObject({ status: 400 });
    expect(await running.local('GET', 'settings')).toMatchObject({
      body: { ladder: ['sent', 'delivered', 'read'] },
    });
  });
});

describe('the customer service window', () => {
  it('is closed for whom nobody knows, and 24 hours after the last message', async () => {
    expect(await fateOf(toStranger())).toEqual(failedWith(131047));
    expect(await fateOf(textMessage())).toBe('arrives');
    running.pass(24 * hour);
    expect(await fateOf(textMessage())).toEqual(failedWith(131047));
  });

  it.each([
    ['message', { messages: [{ from: stranger, type: 'text' }] }, 'messages', true],
    ['call', { calls: [{ from: stranger, direction: 'USER_INITIATED' }] }, 'calls', true],
    ['own call', { calls: [{ from: stranger, direction: 'BUSINESS_INITIATED' }] }, 'calls', false],
    ['system message', { messages: [{ from: stranger, type: 'system' }] }, 'messages', false],
    ['echo', { message_echoes: [{ to: stranger }] }, 'smb_message_echoes', false],
  ])("after a customer's %s", async (_, value, field, opens) => {
    await inbound(value, field);
    const fate = await fateOf(toStranger());
    if (opens) expect(fate).toBe('arrives');
    else expect(fate).toEqual(failedWith(131047));
  });

  it('is no matter for templates, nor where all are open', async () => {
    const definition = {
      ...{ id: '1', name: 'hello', language: 'en', status: 'APPROVED', category: 'MARKETING' },
      components: [{ type: 'BODY', text: 'Hello there.' }],
    };
    running.state.templates.set(wabaId, [definition]);
    const template = { name: 'hello', language: { code: 'en' } };
    const message = toStranger({ type: 'template', text: undefined, template });
    expect(await fateOf(message)).toBe('arrives');
    expect(running.statuses()[0]).toMatchObject({ pricing: { category: 'marketing' } });
    await running.local('POST', 'settings', { windows: 'open' });
    expect(await fateOf(toStranger())).toBe('arrives');
  });
});

describe('a message that Meta has accepted', () => {
  it('fails where its link leads nowhere', async () => {
    const image = { link: 'https://nowhere.invalid/a.jpg' };
    expect(await fateOf(textMessage({ type: 'image', text: undefined, image }))).toEqual(
      failedWith(131053),
    );
  });

  it('fails where its file is not there, and arrives where it was uploaded', async () => {
    const withImage = (image: object) => textMessage({ type: 'image', text: undefined, image });
    expect(await fateOf(withImage({ id: '4711' }))).toEqual(failedWith(131053));
    const form = new FormData();
    form.append('messaging_product', 'whatsapp');
    form.append('type', 'image/jpeg');
    const jpeg = readFileSync(path.join(import.meta.dirname, samples, 'image.jpg'));
    form.append('file', new File([new Uint8Array(jpeg)], 'a.jpg', { type: 'image/jpeg' }));
    const uploading = running.call(`${phoneNumberId}/media`, { method: 'POST', body: form });
    const { id } = z.object({ id: z.string() }).parse(await (await uploading).json());
    expect(await fateOf(withImage({ id }))).toBe('arrives');
  });

  it('fails where the customer is not who it was', async () => {
    const withHash = (hash: string) => textMessage({ recipient_identity_key_hash: hash });
    expect(await fateOf(withHash('another'))).toEqual(failedWith(137000));
    expect(await fateOf(withHash(identityKeyHashOf(customer)))).toBe('arrives');
  });

  it('fails as a fault says', async () => {
    const details = 'Not on WhatsApp';
    await running.local('POST', 'faults', { kind: 'failed-status', code: 131026, details });
    expect(await fateOf(textMessage())).toEqual([
      {
        ...{ code: 131026, title: 'Message undeliverable', message: 'Message undeliverable' },
        error_data: { details },
        href: expect.stringContaining('error-codes'),
      },
    ]);
    expect(await fateOf(textMessage())).toBe('arrives');
  });

  it('can be told of before it is answered', async () => {
    await running.local('POST', 'faults', { kind: 'latency', ms: 300, path: '/messages' });
    const answer = running.accepted(textMessage());
    await until(() => running.statuses().length === 3);
    const [status] = running.statuses();
    expect(await answer).toBe(status?.id);
  });
});
