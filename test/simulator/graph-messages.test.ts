import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod';
import { checkMessage } from '../../local/meta/graph/message-rules.ts';
import { identityKeyHashOf, waIdOf } from '../../local/meta/graph/recipient.ts';
import { checkTemplateSend } from '../../local/meta/graph/template-rules.ts';
import { customer, phoneNumberId, runGraph, textMessage, wabaId } from './running-graph.ts';

let running: Awaited<ReturnType<typeof runGraph>>;
beforeAll(async () => {
  running = await runGraph();
});
afterAll(() => running.stop());

const wamid = 'wamid.HBgMOTY2NTAwMDAwMDAxFQIAEhgUM0E=';
const of = (type: string, content: unknown, more = {}) => ({
  ...{ messaging_product: 'whatsapp', to: `+${customer}`, type, [type]: content, ...more },
});
const body = { text: 'Choose' };
const interactive = (type: string, action: unknown, more = {}) =>
  of('interactive', { type, body, action, ...more });
const reply = (id: string, title = id) => ({ type: 'reply', reply: { id, title } });
const rows = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ id: `${from + index}`, title: 'Row' }));
const card = (action: unknown, header: unknown = { type: 'image', image: { id: '1' } }) => ({
  ...{ card_index: 0, type: 'cta_url', header, action },
});
const cta = { name: 'cta_url', parameters: { display_text: 'Open', url: 'https://example.com' } };
const group = { recipient_type: 'group', to: 'Y2FwaV9ncm91cDox' };

describe('messages that Meta accepts', () => {
  it.each<[string, unknown]>([
    ['text', of('text', { body: 'x'.repeat(4096), preview_url: true })],
    ['no type', { ...textMessage(), type: undefined }],
    ['quote', textMessage({ context: { message_id: wamid } })],
    ['image', of('image', { id: '1', caption: 'x'.repeat(1024) })],
    ['linked video', of('video', { link: 'https://cdn.example.com/a.mp4' })],
    ['voice note', of('audio', { id: '1', voice: true })],
    ['document', of('document', { id: '1', filename: 'a.pdf' })],
    ['sticker', of('sticker', { id: '1' })],
    ['location', of('location', { latitude: '24.7', longitude: 46.6, name: 'Riyadh' })],
    ['contact', of('contacts', [{ name: { formatted_name: 'O S', first_name: 'O' } }])],
    ['reaction', of('reaction', { message_id: wamid, emoji: '😀' })],
    ['reaction taken back', of('reaction', { message_id: wamid, emoji: '' })],
    ['buttons', interactive('button', { buttons: [reply('a'), reply('b'), reply('c')] })],
    ['list', interactive('list', { button: 'Open', sections: [{ rows: rows(10) }] })],
    ['link', interactive('cta_url', cta, { header: { type: 'text', text: 'Dates' } })],
    ['location request', interactive('location_request_message', { name: 'send_location' })],
    [
      'flow',
      interactive('flow', {
        name: 'flow',
        parameters: { flow_message_version: '3', flow_id: '1', flow_cta: 'Book' },
      }),
    ],
    ['product', interactive('product', { catalog_id: '1', product_retailer_id: '2' })],
    ['carousel', interactive('carousel', { cards: [card(cta), card(cta)] })],
    [
      'call permission',
      interactive('call_permission_request', { name: 'call_permission_request' }),
    ],
    ['pin', of('pin', { type: 'pin', message_id: wamid, expiration_days: 7 }, group)],
  ])('%s', (_, message) => {
    expect(checkMessage(JSON.parse(JSON.stringify(message)))).toBeUndefined();
  });
});

describe('messages that Meta refuses', () => {
  it.each<[string, unknown, number, string?]>([
    ['no product', { ...textMessage(), messaging_product: undefined }, 131008],
    ['another product', textMessage({ messaging_product: 'instagram' }), 131009],
    ['no recipient', { ...textMessage(), to: undefined }, 131008],
    ['an unknown type', textMessage({ type: 'poll' }), 131051],
    ['no content', { ...textMessage(), text: undefined }, 131008, 'text'],
    ['no body', of('text', {}), 131008, "text['body']"],
    ['an empty body', of('text', { body: '' }), 131008, "text['body']"],
    ['a number as body', of('text', { body: 1 }), 100, "Param text['body'] must be a string."],
    ['too long a body', of('text', { body: 'x'.repeat(4097) }), 100, '4096'],
    ['a misspelled key', of('text', { body: 'a', preview: true }), 100, 'Unexpected key "preview"'],
    ['a key of no message', textMessage({ ttl: 60 }), 100, 'Unexpected key "ttl"'],
    ['too long callback data', textMessage({ biz_opaque_callback_data: 'x'.repeat(513) }), 100],
    ['Direct Send', textMessage({ category: 'utility' }), 100, 'not eligible'],
    ['an image of both', of('image', { id: '1', link: 'https://example.com' }), 100],
    ['an image of nothing', of('image', {}), 131008, "image['id'] or image['link']"],
    ['too long a caption', of('image', { id: '1', caption: 'x'.repeat(1025) }), 100, '1024'],
    ['a caption of audio', of('audio', { id: '1', caption: 'a' }), 100],
    ['a place off the earth', of('location', { latitude: 91, longitude: 0 }), 131009],
    ['a contact of one name', of('contacts', [{ name: { formatted_name: 'O' } }]), 131008],
    ['a reaction to nothing', of('reaction', { message_id: 'x', emoji: 'a' }), 131009],
    [
      'four buttons',
      interactive('button', { buttons: ['a', 'b', 'c', 'd'].map((id) => reply(id)) }),
      131009,
    ],
    ['equal buttons', interactive('button', { buttons: [reply('a'), reply('a')] }), 131009],
    ['a long button', interactive('button', { buttons: [reply('a', 'x'.repeat(21))] }), 100],
    [
      'a long footer',
      interactive('button', { buttons: [reply('a')] }, { footer: { text: 'x'.repeat(61) } }),
      100,
    ],
    [
      'eleven rows',
      interactive('list', {
        button: 'Open',
        sections: [
          { title: 'a', rows: rows(6) },
          { title: 'b', rows: rows(5, 6) },
        ],
      }),
      131009,
      'exceeds max of 10',
    ],
    [
      'untitled sections',
      interactive('list', { button: 'Open', sections: [{ rows: rows(1) }, { rows: rows(1, 1) }] }),
      131008,
    ],
    [
      'a list with a picture',
      interactive(
        'list',
        { button: 'Open', sections: [{ rows: rows(1) }] },
        { header: { type: 'image', image: { id: '1' } } },
      ),
      131009,
    ],
    ['one card', interactive('carousel', { cards: [card(cta)] }), 131009],
    [
      'different cards',
      interactive('carousel', {
        cards: [
          card(cta),
          card({ buttons: [{ type: 'quick_reply', quick_reply: { id: 'a', title: 'A' } }] }),
        ],
      }),
      131009,
    ],
    ['an unknown interactive', interactive('poll', {}), 131009],
    [
      'an interactive in a group',
      { ...interactive('button', { buttons: [reply('a')] }), ...group },
      130501,
    ],
    [
      'a pin outside a group',
      of('pin', { type: 'pin', message_id: wamid, expiration_days: 1 }),
      131009,
    ],
    [
      'a pin for a year',
      of('pin', { type: 'pin', message_id: wamid, expiration_days: 365 }, group),
      131009,
    ],
    [
      'a bad read receipt',
      { messaging_product: 'whatsapp', status: 'read', message_id: '1' },
      131009,
    ],
  ])('%s', (_, message, code, words = '') => {
    const refusal = checkMessage(JSON.parse(JSON.stringify(message)));
    expect(refusal?.code).toBe(code);
    expect(refusal?.message ?? refusal?.details ?? '').toContain(words);
  });

  it('answers anything without throwing', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('text', 'image', 'interactive', 'template'),
        (value, type) => {
          const refusal = checkMessage(of(type, value));
          expect([undefined, 100, 131008, 131009]).toContain(refusal?.code);
          const template = { name: 'a', language: { code: 'en' }, components: value };
          checkTemplateSend(
            { name: 'a', language: 'en', components: [{ type: 'BODY', text: '{{1}}' }] },
            template,
          );
        },
      ),
    );
  });
});

const pair = z.object({
  definition: z.looseObject({ name: z.string() }),
  send: z.looseObject({
    recipient: z.string().optional(),
    template: z.looseObject({ name: z.string(), language: z.looseObject({ code: z.string() }) }),
  }),
  code: z.number().optional(),
  details: z.string().optional(),
});
const fixtures = path.resolve(import.meta.dirname, '../fixtures/outbound');
const pairsIn = (folder: string) =>
  readdirSync(path.join(fixtures, folder)).map((file) => {
    const text = readFileSync(path.join(fixtures, folder, file), 'utf8');
    return [file, pair.parse(JSON.parse(text))] as const;
  });

describe('templates', () => {
  it.each(pairsIn('templates'))('are taken as they are defined: %s', (_, { definition, send }) => {
    expect(checkMessage(send)).toBeUndefined();
    expect(
      checkTemplateSend(definition, send.template, send.recipient !== undefined),
    ).toBeUndefined();
  });

  it.each(pairsIn('template-mismatches'))(
    'are refused with their code: %s',
    (_, { definition, send, code, details }) => {
      const refusal = checkTemplateSend(definition, send.template, send.recipient !== undefined);
      expect(refusal).toMatchObject({ code, ...(details && { details }) });
    },
  );

  it('says which text is no string', () => {
    const components = [{ type: 'body', parameters: [{ type: 'text', text: 1 }] }];
    const definition = {
      name: 'a',
      language: 'en',
      components: [{ type: 'BODY', text: 'Hi {{1}}.' }],
    };
    expect(
      checkTemplateSend(definition, { name: 'a', language: { code: 'en' }, components }),
    ).toEqual({
      code: 100,
      message: "(#100) Param template['components'][0]['parameters'][0]['text'] must be a string.",
    });
  });
});

describe('POST /{phone}/messages', () => {
  it('accepts the same message twice as two', async () => {
    const first = await running.accepted(textMessage());
    expect(first).toMatch(/^wamid\./);
    expect(await running.accepted(textMessage())).not.toBe(first);
  });

  it.each([
    [{ to: '+966 (50) 000-0001' }, { input: '+966 (50) 000-0001', wa_id: customer }],
    [{ to: '+5511987654321' }, { input: '+5511987654321', wa_id: '551187654321' }],
    [{ to: '+525512345678' }, { input: '+525512345678', wa_id: '5215512345678' }],
    [
      { to: undefined, recipient: 'SA.13491208655302741918' },
      { input: 'SA.13491208655302741918', user_id: 'SA.13491208655302741918' },
    ],
    [{ recipient: 'SA.1' }, { input: `+${customer}`, wa_id: customer }],
  ])('answers whom %j reaches', async (to, contact) => {
    const answer = await (await running.send(textMessage(to))).json();
    expect(answer).toEqual({
      messaging_product: 'whatsapp',
      contacts: [contact],
      messages: [{ id: expect.stringMatching(/^wamid\./) }],
    });
  });

  it('answers a group with its id', async () => {
    const answer = await (await running.send(textMessage(group))).json();
    expect(answer).toMatchObject({
      contacts: [{ input: group.to }],
      messages: [{ group_id: group.to }],
    });
  });

  it('knows when a number is not registered', async () => {
    const deregistered = await running.call(`${phoneNumberId}/deregister`, { method: 'POST' });
    expect(deregistered.status).toBe(200);
    expect(await running.refused(textMessage())).toMatchObject({ status: 400, code: 133010 });
    await running.call(`${phoneNumberId}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ messaging_product: 'whatsapp', pin: '012345' }),
    });
    await running.accepted(textMessage());
  });

  it.each([
    ['a number that is none', textMessage({ to: 'Aisha' }), 131009],
    ['a user id that is none', textMessage({ to: undefined, recipient: 'sa-1' }), 131009],
    ['the number itself', textMessage({ to: '+15550001111' }), 131021],
  ])('refuses %s', async (_, message, code) => {
    expect(await running.refused(message)).toMatchObject({ status: 400, code });
  });

  it('marks read and types, but not at a message of its own', async () => {
    const read = { messaging_product: 'whatsapp', status: 'read', message_id: wamid };
    const typing = { ...read, typing_indicator: { type: 'text' } };
    for (const receipt of [read, typing]) {
      expect(await (await running.send(receipt)).json()).toEqual({ success: true });
    }
    const own = await running.accepted(textMessage());
    expect(await running.refused({ ...read, message_id: own })).toMatchObject({ code: 131009 });
  });

  it('takes no reaction to a reaction, nor to what is older than 30 days', async () => {
    const text = await running.accepted(textMessage());
    const reactTo = (message_id: string) => of('reaction', { message_id, emoji: '👍' });
    const reaction = await running.accepted(reactTo(text));
    expect(await running.refused(reactTo(reaction))).toMatchObject({ code: 131009 });
    running.pass(31 * 24 * 3_600_000);
    expect(await running.refused(reactTo(text))).toMatchObject({ code: 131009 });
  });

  it('answers a template by name and language of the own account', async () => {
    const definition = {
      ...{ id: '1', name: 'hello', language: 'en', status: 'APPROVED', category: 'UTILITY' },
      components: [{ type: 'BODY', text: 'Hello there.' }],
    };
    running.state.templates.set(wabaId, [definition]);
    running.state.templates.set('1999', [{ ...definition, name: 'of_others' }]);
    const template = (name: string, code: string) => of('template', { name, language: { code } });
    const answer = await (await running.send(template('hello', 'en'))).json();
    expect(answer).toMatchObject({ messages: [{ message_status: 'accepted' }] });
    for (const [name, code] of [
      ['hello', 'en_US'],
      ['of_others', 'en'],
    ] as const) {
      expect(await running.refused(template(name, code))).toMatchObject({
        status: 404,
        code: 132001,
        message: '(#132001) Template name does not exist in the translation',
        error_data: { details: `template name (${name}) does not exist in ${code}` },
      });
    }
    await running.local('POST', 'settings', { messageStatus: 'held_for_quality_assessment' });
    expect(await (await running.send(template('hello', 'en'))).json()).toMatchObject({
      messages: [{ message_status: 'held_for_quality_assessment' }],
    });
  });

  it('shows what it has accepted', async () => {
    const id = await running.accepted(textMessage({ biz_opaque_callback_data: 'send-1' }));
    const messages = await running.local('GET', 'messages');
    expect(messages?.body).toContainEqual({
      ...{ id, phoneNumberId, to: `+${customer}`, type: 'text', callbackData: 'send-1' },
      acceptedAt: new Date(running.state.now()).toISOString(),
      statuses: [],
    });
  });
});

describe('the wa_id of a number', () => {
  it.each([
    ['5511987654321', '551187654321'],
    ['551187654321', '551187654321'],
    ['525512345678', '5215512345678'],
    ['5215512345678', '5215512345678'],
    [customer, customer],
  ])('of %s is %s', (digits, waId) => {
    expect(waIdOf(digits)).toBe(waId);
  });
});

describe('the identity key of a customer', () => {
  it('is the same each time, and another for another', () => {
    expect(identityKeyHashOf(customer)).toBe(identityKeyHashOf(customer));
    expect(identityKeyHashOf(customer)).not.toBe(identityKeyHashOf('966500000002'));
  });
});
