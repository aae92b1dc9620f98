import { describe, expect, it } from '@jest/globals';
import { outboundMessageSchema } from '../../lambdas/send/message/outbound-message.schema.ts';
import { sendRequestSchema } from '../../lambdas/send/send-request.schema.ts';
import { interactive, problemsOf, to } from './outbound-messages.ts';

const text = to({ text: { body: 'Hello' } });

const url = { display_text: 'Buy', url: 'https://example.com' };

const ctaUrl = (parameters: object) =>
  interactive('cta_url', { name: 'cta_url', parameters: { ...url, ...parameters } });

const reply = (id: string, title: string) => ({ type: 'reply', reply: { id, title } });

const card = (card_index: number, action: object) => ({
  card_index,
  type: 'cta_url',
  header: { type: 'image', image: { id: '1' } },
  action,
});

const urlAction = { name: 'cta_url', parameters: url };

const replyAction = (...ids: string[]) => ({
  buttons: ids.map((id) => ({ type: 'quick_reply', quick_reply: { id, title: 'More' } })),
});

const row = (id: string) => ({ id, title: 'Row' });

const flow = (parameters: object) =>
  interactive('flow', {
    name: 'flow',
    parameters: { flow_message_version: '3', flow_cta: 'Book', ...parameters },
  });

const template = (...components: object[]) =>
  to({ template: { name: 'hello', language: { code: 'en' }, components } });

const individualTypes =
  'must be one of text, image, video, audio, document, sticker, location, contacts, interactive, ' +
  'template, reaction; pin is for groups only';

const groupTypes =
  'must be one of text, image, video, audio, document, sticker, template, pin in a group';

const noHttps = 'must be an absolute https URL without user and password';

const noLink = 'must be an absolute http or https URL without user and password';

const missing = (type: string) => `Invalid input: expected ${type}, received undefined`;

describe('what is wrong with a message', () => {
  it.each<[what: string, message: unknown, problems: string[]]>([
    ['no object', 'Hello', [': Invalid input: expected object, received string']],
    ['a type that there is none of', to({ order: {} }), [`type: ${individualTypes}`]],
    ['no type', { to: '+16505551234' }, [`type: ${individualTypes}`]],
    ['no content', { to: '+16505551234', type: 'text' }, [`text: ${missing('object')}`]],
    [
      'an unknown kind of recipient',
      { ...text, recipient_type: 'channel' },
      ['recipient_type: must be individual or group'],
    ],
    [
      'a pin to a person',
      to({ pin: { type: 'pin', message_id: 'wamid.x' } }),
      [`type: ${individualTypes}`],
    ],
    [
      'a reaction to a group',
      { ...to({ reaction: { message_id: 'wamid.x', emoji: '' } }), recipient_type: 'group' },
      [`type: ${groupTypes}`],
    ],
    [
      'a group without its id',
      { recipient_type: 'group', type: 'text', text: { body: 'Hello' } },
      [`to: ${missing('string')}`],
    ],
    [
      'a person in a group',
      { ...text, recipient_type: 'group', recipient: 'US.1' },
      [': Unrecognized key: "recipient"'],
    ],
    [
      'a BSUID that is none',
      { ...text, recipient: 'us.1' },
      ['recipient: must be a business-scoped user id, such as US.13491208655302741918'],
    ],
    [
      'callback data',
      { ...text, biz_opaque_callback_data: 'mine' },
      ['biz_opaque_callback_data: is set by this system; use clientReference beside the message'],
    ],
    [
      'unknown fields, at every depth',
      {
        ...text,
        tag: 1,
        context: { message_id: 'wamid.x', from: '1' },
        text: { body: 'Hello', format: 'bold' },
      },
      [
        'text: Unrecognized key: "format"',
        'context: Unrecognized key: "from"',
        ': Unrecognized key: "tag"',
      ],
    ],
    [
      'everything at once',
      {
        to: '0176 1234567',
        recipient: '?',
        type: 'text',
        text: { body: 1, preview_url: 'yes' },
        context: {},
      },
      [
        'to: must begin with + and the country code instead of 0 or 00',
        'recipient: must be a business-scoped user id, such as US.13491208655302741918',
        'text.body: Invalid input: expected string, received number',
        'text.preview_url: Invalid input: expected boolean, received string',
        `context.message_id: ${missing('string')}`,
      ],
    ],
    [
      'no recipient and no content',
      { type: 'text' },
      [`text: ${missing('object')}`, 'to: is required, unless recipient is given'],
    ],
    ['an empty text', to({ text: { body: '' } }), ['text.body: must not be empty']],
    [
      'a reply by reaction',
      { ...to({ reaction: { message_id: 'wamid.x', emoji: '' } }), context: { message_id: 'w' } },
      [': Unrecognized key: "context"'],
    ],
    [
      'a message id with a space',
      { ...text, context: { message_id: 'wamid. x' } },
      ['context.message_id: must be a message id: 1 to 512 characters without spaces'],
    ],
    [
      'words for a reaction',
      to({ reaction: { message_id: 'wamid.x', emoji: 'yes' } }),
      ['reaction.emoji: must be one emoji, or empty to remove it'],
    ],
    [
      'a category of Direct Send that there is none of',
      { ...text, category: 'marketing' },
      ['category: Invalid option: expected one of "utility"|"authentication"'],
    ],
    [
      'Direct Send of an image',
      { ...to({ image: { id: '1' } }), category: 'utility' },
      [': Unrecognized key: "category"'],
    ],
    [
      'Direct Send of another interactive kind',
      {
        ...interactive('location_request_message', { name: 'send_location' }),
        category: 'utility',
      },
      ['category: is for text, button and cta_url only'],
    ],
  ])('%s', (_what, message, problems) => {
    expect(problemsOf(outboundMessageSchema, message)).toEqual(problems);
  });
});

describe('what is wrong with media', () => {
  it.each<[what: string, media: object, problems: string[]]>([
    ['neither id nor link', {}, ['image: must have either id or link']],
    [
      'id and link',
      { id: '1', link: 'https://example.com/a.jpg' },
      ['image: must have either id or link'],
    ],
    [
      'both, and both wrong',
      { id: 1, link: 'ftp://example.com', caption: 1 },
      [
        'image.id: Invalid input: expected string, received number',
        `image.link: ${noHttps}`,
        'image.caption: Invalid input: expected string, received number',
        'image: must have either id or link',
      ],
    ],
    ['no https', { link: 'http://example.com/a.jpg' }, [`image.link: ${noHttps}`]],
    ['a relative link', { link: '/a.jpg' }, [`image.link: ${noHttps}`]],
    ['a password', { link: 'https://a:b@example.com/a.jpg' }, [`image.link: ${noHttps}`]],
    ['a line break', { link: 'https://example.com/a.jpg\n' }, [`image.link: ${noHttps}`]],
    [
      'an id with a slash',
      { id: '1/media' },
      ['image.id: must be 1 to 128 letters, digits, _ or -'],
    ],
    ['a filename', { id: '1', filename: 'a.jpg' }, ['image: Unrecognized key: "filename"']],
  ])('%s', (_what, image, problems) => {
    expect(problemsOf(outboundMessageSchema, to({ image }))).toEqual(problems);
  });

  it('a caption of a sound', () => {
    expect(problemsOf(outboundMessageSchema, to({ audio: { id: '1', caption: 'Hello' } }))).toEqual(
      ['audio: Unrecognized key: "caption"'],
    );
  });
});

describe('what is wrong with places and people', () => {
  it.each<[what: string, message: unknown, problems: string[]]>([
    [
      'a place off the map',
      to({ location: { latitude: 91, longitude: 'west' } }),
      [
        'location.latitude: must be a number between -90 and 90',
        'location.longitude: must be a number between -180 and 180',
      ],
    ],
    [
      'a person without a second name',
      to({ contacts: [{ name: { formatted_name: 'Ann' } }] }),
      ['contacts[0].name: must have one of first_name, middle_name, last_name, prefix, suffix'],
    ],
    [
      'a person without any name, born on no day',
      to({ contacts: [{ name: {}, birthday: '2026-02-30' }] }),
      [
        `contacts[0].name.formatted_name: ${missing('string')}`,
        'contacts[0].name: must have one of first_name, middle_name, last_name, prefix, suffix',
        'contacts[0].birthday: must be a date as YYYY-MM-DD',
      ],
    ],
    ['no people', to({ contacts: [] }), ['contacts: must have 1 to 257 contacts, has 0']],
  ])('%s', (_what, message, problems) => {
    expect(problemsOf(outboundMessageSchema, message)).toEqual(problems);
  });
});

it('a place is given in numbers or in strings of them', () => {
  const location = { latitude: 1e-7, longitude: '-0.5' };
  expect(problemsOf(outboundMessageSchema, to({ location }))).toEqual([]);
});

describe('what is wrong with an interactive message', () => {
  it.each<[what: string, message: unknown, problems: string[]]>([
    [
      'payments',
      interactive('order_details', {}),
      [
        'interactive.type: must be one of button, list, cta_url, location_request_message, flow, ' +
          'product, product_list, catalog_message, carousel, address_message, ' +
          'call_permission_request, voice_call, request_contact_info; ' +
          'order_details and order_status are not supported',
      ],
    ],
    [
      'four buttons, two of which are the same and one of which is too long',
      interactive('button', {
        buttons: [
          reply('1', 'Yes'),
          reply('1', 'Yes'),
          reply('2', 'No'),
          reply('3', 'x'.repeat(21)),
        ],
      }),
      [
        'interactive.action.buttons[3].reply.title: must be at most 20 characters, has 21',
        'interactive.action.buttons: must have 1 to 3 buttons, has 4',
        'interactive.action.buttons: must have buttons with different ids',
        'interactive.action.buttons: must have buttons with different titles',
      ],
    ],
    [
      'four buttons, one of which is none',
      interactive('button', {
        buttons: [reply('1', 'Yes'), reply('2', 'No'), reply('3', 'Maybe'), null],
      }),
      [
        'interactive.action.buttons[3]: Invalid input: expected object, received null',
        'interactive.action.buttons: must have 1 to 3 buttons, has 4',
      ],
    ],
    [
      'a list with a picture, rows without section titles and the same row twice',
      interactive(
        'list',
        {
          button: 'Choose',
          sections: [{ rows: [row('1')] }, { rows: [row('1')] }, { title: 'T', rows: [] }],
        },
        { header: { type: 'image', image: { id: '1' } } },
      ),
      [
        'interactive.header.type: Invalid input: expected "text"',
        `interactive.header.text: ${missing('string')}`,
        'interactive.header: Unrecognized key: "image"',
        'interactive.action.sections[2].rows: must have a row',
        'interactive.action.sections[0].title: is required where there is more than one section',
        'interactive.action.sections[1].title: is required where there is more than one section',
        'interactive.action.sections: must have rows with different ids',
      ],
    ],
    [
      'a list of eleven rows',
      interactive('list', {
        button: 'Choose',
        sections: [
          { title: 'A', rows: ['1', '2', '3', '4', '5'].map(row) },
          { title: 'B', rows: ['6', '7', '8', '9', '10', '11'].map(row) },
        ],
      }),
      ['interactive.action.sections: must have at most 10 rows in total, has 11'],
    ],
    [
      'a link to a script',
      ctaUrl({ url: 'javascript:alert(1)' }),
      [`interactive.action.parameters.url: ${noLink}`],
    ],
    [
      'an unknown header',
      interactive(
        'cta_url',
        { name: 'cta_url', parameters: url },
        { header: { type: 'sticker', sticker: { id: '1' } } },
      ),
      [
        "interactive.header.type: Invalid discriminator value. Expected 'text' | 'image' | 'video' | 'document'",
      ],
    ],
    [
      'a footer where there is none',
      interactive('location_request_message', { name: 'send_location' }, { footer: { text: 'x' } }),
      ['interactive: Unrecognized key: "footer"'],
    ],
    [
      'a product with a header',
      interactive(
        'product',
        { catalog_id: '1', product_retailer_id: 'sku' },
        { header: { type: 'text', text: 'x' } },
      ),
      ['interactive: Unrecognized key: "header"'],
    ],
    [
      'a list of products without a header',
      interactive('product_list', {
        catalog_id: '1',
        sections: [{ product_items: [{ product_retailer_id: 'sku' }] }],
      }),
      [`interactive.header: ${missing('object')}`],
    ],
    [
      'a flow without name and id',
      flow({ flow_message_version: 3 }),
      [
        'interactive.action.parameters.flow_message_version: Invalid input: expected "3"',
        'interactive.action.parameters: must have either flow_id or flow_name',
      ],
    ],
    [
      'a flow with name and id, and no data',
      flow({ flow_id: '1', flow_name: 'booking', flow_action_payload: { data: {} } }),
      [
        'interactive.action.parameters.flow_action_payload.data: must not be empty',
        'interactive.action.parameters: must have either flow_id or flow_name',
      ],
    ],
    [
      'an address elsewhere',
      interactive('address_message', { name: 'address_message', parameters: { country: 'DE' } }),
      ['interactive.action.parameters.country: Invalid option: expected one of "IN"|"SG"'],
    ],
    [
      'cards of different kinds with the same index',
      interactive('carousel', { cards: [card(0, urlAction), card(0, replyAction('1'))] }),
      [
        'interactive.action.cards: must have cards with different card_index',
        'interactive.action.cards: must have the same kind and number of buttons on all cards',
      ],
    ],
    [
      'cards with different numbers of buttons',
      interactive('carousel', {
        cards: [card(0, replyAction('1')), card(1, replyAction('1', '2'))],
      }),
      ['interactive.action.cards: must have the same kind and number of buttons on all cards'],
    ],
    [
      'a card with the same button twice',
      interactive('carousel', {
        cards: [card(0, replyAction('1', '2')), card(1, replyAction('1', '1'))],
      }),
      ['interactive.action.cards[1].action.buttons: must have buttons with different ids'],
    ],
    [
      'a card without an action, and a header of text',
      interactive('carousel', {
        cards: [card(0, urlAction), { ...card(1, {}), header: { type: 'text', text: 'x' } }],
      }),
      [
        "interactive.action.cards[1].header.type: Invalid discriminator value. Expected 'image' | 'video'",
        'interactive.action.cards[1].action: must have either name "cta_url" with parameters, or buttons',
      ],
    ],
  ])('%s', (_what, message, problems) => {
    expect(problemsOf(outboundMessageSchema, message)).toEqual(problems);
  });
});

describe('what is wrong with a template message', () => {
  it.each<[what: string, message: unknown, problems: string[]]>([
    [
      'a name and a language that there cannot be',
      to({ template: { name: 'Hello', language: { code: 'English (US)', policy: 'fallback' } } }),
      [
        'template.name: must be 1 to 512 of a-z, 0-9 and _',
        'template.language.code: must be a language code such as en_US',
        'template.language.policy: Invalid input: expected "deterministic"',
      ],
    ],
    [
      'a footer',
      template({ type: 'footer' }),
      [
        "template.components[0].type: Invalid discriminator value. Expected 'header' | 'body' | " +
          "'button' | 'carousel' | 'limited_time_offer' | 'order_status' | 'tap_target_configuration'",
      ],
    ],
    [
      'a number for a text',
      template({ type: 'body', parameters: [{ type: 'text', text: 1 }] }),
      [
        'template.components[0].parameters[0].text: Invalid input: expected string, received number',
      ],
    ],
    [
      'a button of no kind and no place',
      template({ type: 'button', sub_type: 'otp', index: 'first' }),
      [
        'template.components[0].sub_type: Invalid option: expected one of "quick_reply"|"url"|' +
          '"phone_number"|"copy_code"|"flow"|"catalog"|"mpm"|"spm"|"voice_call"|' +
          '"request_contact_info"',
        "template.components[0].index: must be a button's position, counted from 0",
      ],
    ],
    [
      'an image with a caption',
      template({
        type: 'header',
        parameters: [{ type: 'image', image: { id: '1', caption: 'x' } }],
      }),
      ['template.components[0].parameters[0].image: Unrecognized key: "caption"'],
    ],
    [
      'a card in a card',
      template({
        type: 'carousel',
        cards: [{ card_index: 10, components: [{ type: 'carousel', cards: [] }] }],
      }),
      [
        'template.components[0].cards[0].card_index: Too big: expected number to be <=9',
        "template.components[0].cards[0].components[0].type: Invalid discriminator value. Expected 'header' | 'body' | 'button'",
      ],
    ],
  ])('%s', (_what, message, problems) => {
    expect(problemsOf(outboundMessageSchema, message)).toEqual(problems);
  });

  it('a button may be counted by a number', () => {
    const components = [{ type: 'button', sub_type: 'url', index: 1 }];
    expect(
      outboundMessageSchema.parse(template({ type: 'button', sub_type: 'url', index: 1 })),
    ).toMatchObject({ template: { components: [{ ...components[0], index: '1' }] } });
  });
});

describe('what is wrong with a request', () => {
  it('is told all at once', () => {
    expect(
      problemsOf(sendRequestSchema, {
        organizationId: 'acme!',
        phoneNumberId: 'one',
        message: { type: 'text', text: {} },
        colour: 'red',
        clientReference: 'a\u0007',
        delivery: 'soon',
        expiresAt: 1,
        validateOnly: 'true',
      }),
    ).toEqual([
      'organizationId: Invalid string: must match pattern /^[A-Za-z0-9_-]{1,64}$/',
      'phoneNumberId: must be 1 to 32 digits',
      'clientReference: must be without control characters and commas',
      'delivery: Invalid option: expected one of "now"|"queued"',
      'expiresAt: must be a time as RFC 3339, with Z or an offset',
      'validateOnly: Invalid input: expected boolean, received string',
      `message.text.body: ${missing('string')}`,
      'message.to: is required, unless recipient is given',
      ': Unrecognized key: "colour"',
    ]);
  });

  it('is told without what it says', () => {
    const secret = 'Sësame';
    const problems = problemsOf(sendRequestSchema, {
      organizationId: secret,
      phoneNumberId: secret,
      clientReference: `${secret}\n`,
      delivery: secret,
      expiresAt: secret,
      message: {
        to: secret,
        recipient: secret,
        type: 'text',
        text: { body: secret.repeat(1000), preview_url: secret },
        context: { message_id: `${secret} ` },
      },
    });
    expect(problems).toHaveLength(10);
    expect(problems.filter((problem) => problem.includes(secret))).toEqual([]);
  });
});
