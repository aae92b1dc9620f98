import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isFreeForm } from '../../lambdas/send/message/free-form.ts';
import { outboundMessageSchema } from '../../lambdas/send/message/outbound-message.schema.ts';
import { reactionMessageSchema } from '../../lambdas/send/message/reaction-message.schema.ts';
import { templateMessageSchema } from '../../lambdas/send/message/template-message.schema.ts';
import { reactionSendRequestSchema } from '../../lambdas/send/send-reaction-request.schema.ts';
import { sendRequestSchema } from '../../lambdas/send/send-request.schema.ts';
import { templateSendRequestSchema } from '../../lambdas/send/send-template-request.schema.ts';
import { examples, problemsOf, to } from './outbound-messages.ts';

const request = { organizationId: 'acme', phoneNumberId: '106540352242922' };

describe('every type of message', () => {
  it.each([...examples])('%s comes out as it is', (_name, message) => {
    expect(outboundMessageSchema.parse(message)).toEqual(message);
  });

  it('has an example', () => {
    const types = [...examples.values()].map((message) => message['type']);
    expect(new Set(types)).toEqual(
      new Set([
        ...['text', 'image', 'video', 'audio', 'document', 'sticker', 'location', 'contacts'],
        ...['interactive', 'template', 'reaction', 'pin'],
      ]),
    );
  });

  it('comes out without messaging_product', () => {
    const message = to({ text: { body: 'Hello' } });
    expect(outboundMessageSchema.parse({ ...message, messaging_product: 'whatsapp' })).toEqual(
      message,
    );
  });

  it('is accepted by its own route, and by no other', () => {
    const accepting = (schema: typeof templateMessageSchema | typeof reactionMessageSchema) =>
      new Set(
        [...examples.values()]
          .filter((message) => schema.safeParse(message).success)
          .map((message) => message['type']),
      );
    expect(accepting(templateMessageSchema)).toEqual(new Set(['template']));
    expect(accepting(reactionMessageSchema)).toEqual(new Set(['reaction']));
  });
});

describe('to', () => {
  const toOf = (phone: string) =>
    outboundMessageSchema.parse({ ...to({ text: { body: 'Hello' } }), to: phone }).to;
  const problemOf = (phone: unknown) =>
    problemsOf(outboundMessageSchema, { ...to({ text: { body: 'Hello' } }), to: phone });

  it.each([
    ['+16505551234', '+16505551234'],
    ['16505551234', '+16505551234'],
    ['+1 (650) 555-1234', '+16505551234'],
    ['+49 30.123 45-67', '+49301234567'],
    ['(+49) 176 12345678', '+4917612345678'],
    ['1234567', '+1234567'],
    ['123456789012345', '+123456789012345'],
  ])('%s is %s', (phone, normalised) => {
    expect(toOf(phone)).toBe(normalised);
  });

  it.each([
    '',
    '+',
    'Anna',
    '123456',
    '1234567890123456',
    '1650+5551234',
    '++16505551234',
    '1650 555/1234',
    '١٢٣٤٥٦٧٨',
    'US.13491208655302741918',
  ])('%j is no phone number', (phone) => {
    expect(problemOf(phone)).toEqual([
      'to: must be a phone number with its country code: + and 7 to 15 digits',
    ]);
  });

  it.each(['004917612345678', '017612345678', '+017612345678'])(
    '%s lacks its country code',
    (phone) => {
      expect(problemOf(phone)).toEqual([
        'to: must begin with + and the country code instead of 0 or 00',
      ]);
    },
  );

  it.each(['+49 (0)176 12345678', '+49 ( 0 ) 176 12345678'])('%s has a zero too many', (phone) => {
    expect(problemOf(phone)).toEqual([
      'to: must be without the (0) that is dialled only within the country',
    ]);
  });

  it('of a group stays as it is', () => {
    const message = { ...to({ text: { body: 'Hello' } }), recipient_type: 'group', to: 'Y2Fw.(a)' };
    expect(outboundMessageSchema.parse(message)).toEqual(message);
  });

  it('is required where there is no recipient', () => {
    expect(problemsOf(outboundMessageSchema, { type: 'text', text: { body: 'Hello' } })).toEqual([
      'to: is required, unless recipient is given',
    ]);
  });
});

describe('a reaction', () => {
  const reacting = (emoji: string) =>
    reactionMessageSchema.safeParse(to({ reaction: { message_id: 'wamid.x', emoji } })).success;

  it.each([
    ['none, to remove it', ''],
    ['a smiley', '😀'],
    ['a heart', '❤️'],
    ['a heart in text presentation', '❤'],
    ['a skin tone', '👍🏽'],
    ['a flag', '🇩🇪'],
    ['a flag of tags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['a keycap', '1️⃣'],
    ['a keycap without presentation', '1⃣'],
    ['a family', '👨‍👩‍👧‍👦'],
    ['a heart on fire without presentation', '❤‍🔥'],
    ['a woman running, with a skin tone', '🏃🏽‍♀️'],
  ])('accepts %s', (_what, emoji) => {
    expect(reacting(emoji)).toBe(true);
  });

  it.each([
    ['a letter', 'a'],
    ['a digit', '1'],
    ['two emojis', '😀😀'],
    ['an emoji and a space', '😀 '],
    ['half a flag', '🇩'],
    ['a bare joiner', '\u200D'],
  ])('refuses %s', (_what, emoji) => {
    expect(reacting(emoji)).toBe(false);
  });
});

describe('isFreeForm', () => {
  it.each([
    ['text', true],
    ['reaction', true],
    ['interactive-button', true],
    ['template-static', false],
    ['template-group', false],
    ['text-group', false],
    ['group-pin', false],
    ['direct-send-utility', false],
    ['direct-send-cta-url', false],
  ])('%s: %s', (name, expected) => {
    expect(isFreeForm(outboundMessageSchema.parse(examples.get(name)))).toBe(expected);
  });
});

describe('a request', () => {
  const message = to({ text: { body: 'Hello' } });

  it('is accepted with all there is', () => {
    const full = {
      ...request,
      message,
      clientReference: 'ticket 17',
      delivery: 'queued',
      expiresAt: '2026-11-22T10:00:00.000Z',
      validateOnly: true,
    };
    expect(sendRequestSchema.parse(full)).toEqual(full);
  });

  it.each([
    ['2026-11-22T10:00:00Z', '2026-11-22T10:00:00.000Z'],
    ['2026-11-22T10:00:00.123456+02:00', '2026-11-22T08:00:00.123Z'],
    ['2026-02-28T23:30:00-01:00', '2026-03-01T00:30:00.000Z'],
  ])('expires at %s: %s', (expiresAt, normalised) => {
    expect(sendRequestSchema.parse({ ...request, message, expiresAt }).expiresAt).toBe(normalised);
  });

  it.each(['2026-11-22T10:00:00', '2026-11-22', '2026-02-30T10:00:00Z', 'tomorrow', ''])(
    'does not expire at %j',
    (expiresAt) => {
      expect(problemsOf(sendRequestSchema, { ...request, message, expiresAt })).toEqual([
        'expiresAt: must be a time as RFC 3339, with Z or an offset',
      ]);
    },
  );

  it('of a template takes a template', () => {
    const template = { ...request, message: examples.get('template-static') };
    expect(templateSendRequestSchema.parse(template)).toEqual(template);
    expect(problemsOf(templateSendRequestSchema, { ...request, message })).toEqual([
      'message.type: Invalid input: expected "template"',
      'message.template: Invalid input: expected object, received undefined',
      'message: Unrecognized key: "text"',
    ]);
  });

  it('of a reaction takes a reaction', () => {
    const reaction = { ...request, message: examples.get('reaction') };
    expect(reactionSendRequestSchema.parse(reaction)).toEqual(reaction);
    expect(reactionSendRequestSchema.safeParse({ ...request, message }).success).toBe(false);
  });
});

describe('whatever a caller sends', () => {
  /** A message with one of its values, at any depth, replaced or taken away. */
  const damaged = fc
    .tuple(
      fc.constantFrom(...examples.values()),
      fc.nat(),
      fc.option(fc.jsonValue(), { nil: undefined }),
    )
    .map(([message, position, value]) => damage(message, position, value));

  it('is answered, not thrown at', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), damaged), (input) => {
        for (const body of [input, { ...request, message: input }]) {
          const result = sendRequestSchema.safeParse(body);
          expect(result.success || result.error.issues.length > 0).toBe(true);
        }
      }),
    );
  });

  it('comes out in a form that is accepted again and stays', () => {
    fc.assert(
      fc.property(damaged, (input) => {
        const { data } = outboundMessageSchema.safeParse(input);
        expect(data && outboundMessageSchema.parse(JSON.parse(JSON.stringify(data)))).toEqual(data);
      }),
    );
  });
});

function damage(message: unknown, position: number, value: unknown): unknown {
  let count = 0;
  JSON.stringify(message, (_key, inner: unknown) => {
    count++;
    return inner;
  });
  // The first is the message itself.
  const target = 1 + (position % (count - 1));
  let seen = 0;
  return JSON.parse(
    JSON.stringify(message, (_key, inner: unknown) => (seen++ === target ? value : inner)),
  );
}
