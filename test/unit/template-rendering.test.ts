import { describe, expect, it } from '@jest/globals';
import { renderTemplate } from '../../lambdas/send/template/render-template.ts';
import { renderedTemplateSchema } from '../../lambdas/send/template/rendered-template.schema.ts';
import { parametersOfTemplate } from '../../lambdas/send/template/template-parameters.ts';
import { pairOf, templatePairs } from './template-fixtures.ts';

function rendered(number: string) {
  const { definition, content } = pairOf(number);
  return renderTemplate(definition, content);
}

describe('renderTemplate', () => {
  it.each(templatePairs)('leaves no variable in $name', ({ fixture: { definition, send } }) => {
    const seen = renderTemplate(definition, send.template);
    expect(JSON.stringify(seen)).not.toMatch(/\{\{|undefined/);
    expect(renderedTemplateSchema.parse(seen)).toEqual(seen);
  });

  it('shows texts, and the label as what a quick reply answers with', () => {
    expect(rendered('03')).toEqual({
      header: { kind: 'text', text: 'Our Summer Sale is on!' },
      body: 'Shop now through the end of August and use code 25OFF to get 25% off of all merchandise.',
      footer: 'Use the buttons below to manage your marketing subscriptions',
      buttons: [
        {
          kind: 'quick_reply',
          text: 'Unsubscribe from Promos',
          payload: 'Unsubscribe from Promos',
        },
        { kind: 'quick_reply', text: 'Unsubscribe from All', payload: 'Unsubscribe from All' },
      ],
    });
  });

  it('shows media, phone numbers and where a URL leads', () => {
    expect(rendered('06')).toMatchObject({
      header: { kind: 'image', image: { link: 'https://cdn.example.com/tuscany.jpg' } },
      buttons: [
        { kind: 'phone_number', text: 'Call', phoneNumber: '16467043595' },
        { kind: 'url', text: 'Shop Now', url: 'https://shop.example.com/shop?promo=summer2023' },
      ],
    });
  });

  it('fills named parameters in by name', () => {
    expect(rendered('08')).toEqual({
      header: { kind: 'text', text: 'Hello Sam' },
      body: 'Thank you, Pablo! Your order number is 860198-230332 today.',
      buttons: [
        { kind: 'url', text: 'Track', url: 'https://example.com/order?name=Gon%C3%A7alves' },
      ],
    });
  });

  it('shows an authentication template as WhatsApp words it, created or listed', () => {
    expect(rendered('13')).toEqual({
      body: '*J$FpnYnP* is your verification code. For your security, do not share this code.',
      footer: 'This code expires in 5 minutes.',
      buttons: [{ kind: 'otp', text: 'Copy Code', code: 'J$FpnYnP' }],
    });
    expect(rendered('16')).toEqual({
      body: '*123456* is your verification code. For your security, do not share this code.',
      footer: 'This code expires in 5 minutes.',
      buttons: [{ kind: 'otp', text: 'Copy code', code: '123456' }],
    });
  });

  it('shows an offer with its end and its code', () => {
    expect(rendered('17')).toMatchObject({
      limitedTimeOffer: { text: 'Expiring offer!', expiresAt: '2026-11-23T00:00:00.000Z' },
      buttons: [
        { kind: 'copy_code', code: 'CARIBE25' },
        { kind: 'url', url: 'https://awesomedestinations.example.com/offers?code=n3mtql' },
      ],
    });
  });

  it('shows every card', () => {
    const { cards = [] } = rendered('18');
    expect(cards).toHaveLength(3);
    expect(cards[1]).toEqual({
      header: { kind: 'image', image: { id: '24230790383178627' } },
      body: "Buddha's Temple: a succulent of distinctive columns.",
      buttons: [
        { kind: 'quick_reply', text: 'Send me more like this!', payload: 'more-buddha' },
        { kind: 'url', text: 'Shop', url: 'https://www.example.com/shop/buddha' },
      ],
    });
  });

  it('shows the fallback of amounts and times', () => {
    expect(rendered('24').body).toBe(
      'Mark, your invoice of $100.99 is due on February 25, 1977. Thank you.',
    );
  });

  it('leaves a variable where a parameter is missing, and takes a value literally', () => {
    const { definition, content } = pairOf('02');
    const parameters = [{ type: 'text' as const, text: '$& {{2}}' }];
    const components = [{ type: 'body' as const, parameters }];
    expect(renderTemplate(definition, { ...content, components }).body).toBe(
      'Hi $& {{2}}, our Fall Sale is on! Use promo code {{2}} Get an extra 25% off every order above $350!',
    );
    expect(renderTemplate(pairOf('06').definition, content).header).toEqual({ kind: 'image' });
  });
});

describe('parametersOfTemplate', () => {
  const parametersOf = (number: string) => parametersOfTemplate(pairOf(number).definition);

  it('has positions, examples and the room that there is', () => {
    expect(parametersOf('06')).toEqual([
      {
        component: 'header',
        index: 0,
        kind: 'image',
        required: true,
        example: '4::aW1hZ2UvanBn:ARY...',
      },
      ...['Mark', 'Tuscan Getaway package', '800'].map((example, index) => ({
        component: 'body',
        index,
        kind: 'text',
        required: true,
        example,
        maxLength: 912,
      })),
      {
        component: 'button',
        index: 1,
        kind: 'text',
        required: true,
        example: 'summer2023',
        maxLength: 1964,
      },
    ]);
  });

  it('has names', () => {
    expect(
      parametersOf('08').map(({ component, name, example }) => [component, name, example]),
    ).toEqual([
      ['header', 'agent', 'Sam'],
      ['body', 'first_name', 'Pablo'],
      ['body', 'order_number', '860198-230332'],
      ['button', 'customer_name', 'https://example.com/order?name=Pablo'],
    ]);
  });

  it.each([
    ['01', []],
    ['02', ['body text', 'body text', 'button payload?']],
    ['05', ['header location', 'body text', 'body text', 'button payload?']],
    ['09', ['body text', 'body text', 'button payload?', 'button coupon_code']],
    ['10', ['body text', 'body text', 'body text', 'button action?']],
    ['11', ['header text', 'body text', 'button action']],
    ['12', ['header product', 'body text', 'body text']],
    ['13', ['body text', 'button text']],
    ['16', ['body text', 'button text']],
    [
      '17',
      [
        ...['header image', 'body text', 'body text', 'button coupon_code', 'button text'],
        'limited_time_offer limited_time_offer',
      ],
    ],
    ['19', ['body text', 'header product', 'header product']],
    ['20', ['button action?']],
    ['21', ['body text', 'button ttl_minutes?']],
    ['22', []],
  ])('of template %s are %j', (number, expected) => {
    const seen = parametersOf(number).map(
      ({ component, kind, required }) => `${component} ${kind}${required ? '' : '?'}`,
    );
    expect(seen).toEqual(expected);
  });

  it('says of which card, and that a code is short', () => {
    const cards = parametersOf('18').flatMap(({ card }) => card ?? []);
    expect([...new Set(cards)]).toEqual([0, 1, 2]);
    expect(parametersOf('13').at(-1)?.maxLength).toBe(15);
  });
});
