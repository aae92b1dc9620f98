import { describe, expect, it } from '@jest/globals';
import { outboundMessageSchema } from '../../lambdas/send/message/outbound-message.schema.ts';
import { sendRequestSchema } from '../../lambdas/send/send-request.schema.ts';
import { interactive, problemsOf, to } from './outbound-messages.ts';

/** As many different items. */
function many<Item>(count: number, item: (index: number) => Item): Item[] {
  return Array.from({ length: count }, (_, index) => item(index));
}

const buttons = (count: number, reply: object = {}) => ({
  buttons: many(count, (index) => ({
    type: 'reply',
    reply: { id: `${index}`, title: `Title ${index}`, ...reply },
  })),
});

const rows = (count: number, row: object = {}) =>
  many(count, (index) => ({ id: `${index}`, title: 'Row', ...row }));

const list = (sections: object[], more: object = {}) =>
  interactive('list', { button: 'Choose', sections, ...more });

const products = (count: number) =>
  many(count, (index) => ({ product_retailer_id: `sku${index}` }));

const productList = (sections: object[]) =>
  interactive(
    'product_list',
    { catalog_id: '1', sections },
    { header: { type: 'text', text: 'Our picks' } },
  );

const url = { display_text: 'Buy', url: 'https://example.com' };

const ctaUrl = (parameters: object, more: Record<string, unknown> = {}) =>
  interactive('cta_url', { name: 'cta_url', parameters: { ...url, ...parameters } }, more);

const cards = (count: number, card: object = {}) =>
  interactive('carousel', {
    cards: many(count, (index) => ({
      card_index: index,
      type: 'cta_url',
      header: { type: 'image', image: { id: '1' } },
      action: { name: 'cta_url', parameters: url },
      ...card,
    })),
  });

const cardReplies = (count: number, reply: object = {}) => ({
  action: {
    buttons: many(count, (index) => ({
      type: 'quick_reply',
      quick_reply: { id: `${index}`, title: 'More', ...reply },
    })),
  },
});

const flow = (parameters: object) =>
  interactive('flow', {
    name: 'flow',
    parameters: { flow_message_version: '3', flow_id: '1', flow_cta: 'Book', ...parameters },
  });

const voiceCall = (parameters: object) =>
  interactive('voice_call', { name: 'voice_call', parameters });

const template = (content: object) =>
  to({ template: { name: 'hello', language: { code: 'en' }, ...content } });

const x = (length: number) => 'x'.repeat(length);

const link = (length: number) => 'https://example.com/'.padEnd(length, 'x');

const person = { name: { formatted_name: 'Ann Lee', first_name: 'Ann' } };

describe('the longest text that is accepted', () => {
  it.each<[path: string, max: number, message: (text: string) => unknown]>([
    ['text.body', 4096, (body) => to({ text: { body } })],
    ['image.caption', 1024, (caption) => to({ image: { id: '1', caption } })],
    ['video.caption', 1024, (caption) => to({ video: { id: '1', caption } })],
    ['document.caption', 1024, (caption) => to({ document: { id: '1', caption } })],
    ['document.filename', 240, (filename) => to({ document: { id: '1', filename } })],
    [
      'interactive.body.text',
      1024,
      (text) => interactive('button', buttons(1), { body: { text } }),
    ],
    [
      'interactive.footer.text',
      60,
      (text) => interactive('button', buttons(1), { footer: { text } }),
    ],
    [
      'interactive.header.text',
      60,
      (text) => interactive('button', buttons(1), { header: { type: 'text', text } }),
    ],
    [
      'interactive.action.buttons[0].reply.id',
      256,
      (id) => interactive('button', buttons(1, { id })),
    ],
    [
      'interactive.action.buttons[0].reply.title',
      20,
      (title) => interactive('button', buttons(1, { title })),
    ],
    [
      'interactive.body.text',
      4096,
      (text) =>
        interactive(
          'list',
          { button: 'Choose', sections: [{ rows: rows(1) }] },
          { body: { text } },
        ),
    ],
    ['interactive.action.button', 20, (button) => list([{ rows: rows(1) }], { button })],
    ['interactive.action.sections[0].title', 24, (title) => list([{ title, rows: rows(1) }])],
    ['interactive.action.sections[0].rows[0].id', 200, (id) => list([{ rows: rows(1, { id }) }])],
    [
      'interactive.action.sections[0].rows[0].title',
      24,
      (title) => list([{ rows: rows(1, { title }) }]),
    ],
    [
      'interactive.action.sections[0].rows[0].description',
      72,
      (description) => list([{ rows: rows(1, { description }) }]),
    ],
    ['interactive.action.parameters.display_text', 20, (display_text) => ctaUrl({ display_text })],
    ['interactive.action.parameters.flow_cta', 30, (flow_cta) => flow({ flow_cta })],
    [
      'interactive.action.parameters.display_text',
      20,
      (display_text) => voiceCall({ display_text }),
    ],
    ['interactive.action.parameters.payload', 512, (payload) => voiceCall({ payload })],
    [
      'interactive.action.sections[0].title',
      24,
      (title) => productList([{ title, product_items: products(1) }]),
    ],
    ['interactive.action.cards[1].body.text', 160, (text) => lastCard({ body: { text } })],
    [
      'interactive.action.cards[1].action.parameters.display_text',
      20,
      (display_text) =>
        lastCard({ action: { name: 'cta_url', parameters: { ...url, display_text } } }),
    ],
    [
      'template.components[0].parameters[0].text',
      32_768,
      (text) => template({ components: [{ type: 'body', parameters: [{ type: 'text', text }] }] }),
    ],
  ])('%s: %d characters', (path, max, message) => {
    expect(problemsOf(outboundMessageSchema, message(x(max)))).toEqual([]);
    expect(problemsOf(outboundMessageSchema, message('🙂'.repeat(max)))).toEqual([]);
    expect(problemsOf(outboundMessageSchema, message(x(max + 1)))).toEqual([
      `${path}: must be at most ${max} characters, has ${max + 1}`,
    ]);
  });

  it.each<[path: string, max: number, message: (url: string) => unknown]>([
    ['image.link', 2048, (url) => to({ image: { link: url } })],
    ['interactive.action.parameters.url', 2048, (url) => ctaUrl({ url })],
    [
      'interactive.action.cards[1].action.parameters.url',
      2000,
      (address) => lastCard({ action: { name: 'cta_url', parameters: { ...url, url: address } } }),
    ],
  ])('%s: an address of %d characters', (path, max, message) => {
    expect(problemsOf(outboundMessageSchema, message(link(max)))).toEqual([]);
    expect(problemsOf(outboundMessageSchema, message(link(max + 1)))).toEqual([
      `${path}: must be at most ${max} characters, has ${max + 1}`,
    ]);
  });

  it('of a client reference is 256 characters', () => {
    const request = {
      organizationId: 'acme',
      phoneNumberId: '1',
      message: to({ text: { body: 'Hello' } }),
    };
    expect(problemsOf(sendRequestSchema, { ...request, clientReference: x(256) })).toEqual([]);
    expect(problemsOf(sendRequestSchema, { ...request, clientReference: x(257) })).toEqual([
      'clientReference: must be at most 256 characters, has 257',
    ]);
  });
});

/** A carousel whose second card has these fields. */
function lastCard(card: object) {
  return interactive('carousel', {
    cards: [
      {
        card_index: 0,
        type: 'cta_url',
        header: { type: 'image', image: { id: '1' } },
        action: { name: 'cta_url', parameters: url },
      },
      {
        card_index: 1,
        type: 'cta_url',
        header: { type: 'video', video: { link: 'https://example.com/a.mp4' } },
        action: { name: 'cta_url', parameters: url },
        ...card,
      },
    ],
  });
}

describe('as many as are accepted', () => {
  it.each<[what: string, min: number, max: number, message: (count: number) => unknown]>([
    ['buttons', 1, 3, (count) => interactive('button', buttons(count))],
    ['rows in one section', 1, 10, (count) => list([{ rows: rows(count) }])],
    [
      'rows in sections',
      1,
      10,
      (count) =>
        list(rows(count).map((row, index) => ({ title: `Section ${index}`, rows: [row] }))),
    ],
    [
      'products in one section',
      1,
      30,
      (count) => productList([{ product_items: products(count) }]),
    ],
    [
      'products in sections',
      11,
      30,
      (count) =>
        productList([
          { title: 'One', product_items: products(10) },
          { title: 'Two', product_items: products(count - 10) },
        ]),
    ],
    [
      'sections of products',
      1,
      10,
      (count) =>
        productList(many(count, (index) => ({ title: `${index}`, product_items: products(1) }))),
    ],
    ['cards', 2, 10, (count) => cards(count)],
    ['replies on a card', 1, 3, (count) => cards(2, cardReplies(count))],
    ['contacts', 1, 257, (count) => to({ contacts: many(count, () => person) })],
    [
      'days of a pin',
      1,
      30,
      (expiration_days) => ({
        ...to({ pin: { type: 'pin', message_id: 'wamid.x', expiration_days } }),
        recipient_type: 'group',
      }),
    ],
    ['minutes of a call button', 1, 43_200, (ttl_minutes) => voiceCall({ ttl_minutes })],
    [
      'line breaks and a line on a card',
      1,
      3,
      (lines) => lastCard({ body: { text: many(lines, () => 'x').join('\n') } }),
    ],
    [
      'degrees north, moved by 90',
      0,
      180,
      (degrees) => to({ location: { latitude: degrees - 90, longitude: 0 } }),
    ],
    [
      'degrees east, moved by 180',
      0,
      360,
      (degrees) => to({ location: { latitude: '0', longitude: `${degrees - 180}` } }),
    ],
  ])('%s: %d to %d', (_what, min, max, message) => {
    const isAccepted = (count: number) => outboundMessageSchema.safeParse(message(count)).success;
    expect([min - 1, min, max, max + 1].map(isAccepted)).toEqual([false, true, true, false]);
  });
});
