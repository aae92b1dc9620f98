import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../shared/json.ts';

/** The body of POST `/_local/simulate` for a command's operands. */
export type ToRequest = (...operands: (string | undefined)[]) => JsonObject;

const message = (type: string, content?: unknown) => ({ type, [type]: content });
const captioned = (type: string) => (caption?: string) => message(type, { caption });
const interactive = (type: string, reply: JsonObject) =>
  message('interactive', { type, [type]: reply });

const omar = {
  name: { formatted_name: 'Omar Saleh', first_name: 'Omar', last_name: 'Saleh' },
  phones: [{ phone: '+966 50 000 0099', wa_id: '966500000099', type: 'MOBILE' }],
};
const cart = {
  catalog_id: '1234567890',
  product_items: [{ product_retailer_id: 'dates', quantity: 2, item_price: 45, currency: 'SAR' }],
};
const filledForm = '{"flow_token":"demo","city":"الرياض"}';

/** Everything that `npm run simulate` can send: usage in commander's notation, a line of help. */
export const kinds: readonly (readonly [usage: string, summary: string, ToRequest])[] = [
  ['text <body>', 'a text', (body) => message('text', { body })],
  ['image [caption]', 'an image', captioned('image')],
  ['video [caption]', 'a video', captioned('video')],
  ['document [caption]', 'a document; --size 100mb generates one', captioned('document')],
  ['sticker', 'a sticker', () => message('sticker')],
  [
    'voice [language]',
    'a voice note in ar or en, each of its recordings in turn',
    (language = 'ar') => message('voice', language),
  ],
  ['audio', 'an audio file', () => message('audio')],
  [
    'location [lat] [lng]',
    'a place',
    (lat = '24.7136', lng = '46.6753') =>
      message('location', { latitude: Number(lat), longitude: Number(lng) }),
  ],
  ['contacts', 'a contact card', () => message('contacts', [omar])],
  [
    'reaction <wamid> [emoji]',
    'a reaction to a message, taken back without an emoji',
    (message_id, emoji) => message('reaction', { message_id, emoji }),
  ],
  [
    'button [text]',
    "a tap on a template's quick reply",
    (text = 'Yes') => message('button', { payload: text, text }),
  ],
  [
    'button-reply [title]',
    'a tap on a reply button',
    (title = 'Yes') => interactive('button_reply', { id: 'choice-1', title }),
  ],
  [
    'list-reply [title]',
    'a choice from a list',
    (title = 'Tomorrow') => interactive('list_reply', { id: 'row-1', title, description: '9-12' }),
  ],
  [
    'flow-reply [response_json]',
    'a completed flow',
    (response_json = filledForm) =>
      interactive('nfm_reply', { name: 'flow', body: 'Sent', response_json }),
  ],
  ['order', 'a cart from the catalog', () => message('order', cart)],
  [
    'unsupported [type]',
    'what the Cloud API cannot carry',
    (type = 'poll_creation') => message('unsupported', { type }),
  ],
  [
    'echo <body>',
    'a text typed in the phone app of the business',
    (body) => message('echo', { type: 'text', text: { body } }),
  ],
  [
    'status <status> <wamid>',
    'sent, delivered, read, played or failed',
    (status, id) => message('status', { id, status }),
  ],
  [
    'ladder [wamid]',
    'sent, delivered and read, a webhook each',
    (messageId) => ({ type: 'ladder', messageId }),
  ],
  [
    'batch <n>',
    'n texts, up to 1,000 in one webhook',
    (n) => ({ ...message('text', { body: 'Hello' }), count: Number(n) }),
  ],
  [
    'webhook <file>',
    'a body from a file, signed as it is',
    (file = '') => ({ type: 'webhook', body: readFileSync(file, 'utf8') }),
  ],
];
