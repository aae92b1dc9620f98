import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type TemplateContent,
  templateContentSchema,
} from '../../lambdas/send/message/template.schema.ts';
import { renderTemplate } from '../../lambdas/send/template/render-template.ts';
import { templateDefinitionSchema } from '../../lambdas/send/template/template-definition.schema.ts';
import { parametersOfTemplate } from '../../lambdas/send/template/template-parameters.ts';
import { recipientProblem } from '../../lambdas/send/template/template-status.ts';
import { checkTemplate } from '../../lambdas/send/template/validate-template.ts';
import { pairOf, templateMismatches, templatePairs } from './template-fixtures.ts';

type Components = NonNullable<TemplateContent['components']>;

/** What is wrong with a pair whose components are others. */
function problemsOf(number: string, components: Components) {
  const { definition, content } = pairOf(number);
  return checkTemplate(definition, { ...content, components }).map(({ path, meta }) => [
    path,
    meta?.code,
  ]);
}

const text = (value: string) => ({ type: 'text' as const, text: value });

describe('checkTemplate', () => {
  it('has a pair of all 24 kinds', () => {
    expect(templatePairs).toHaveLength(24);
  });

  it.each(templatePairs)('lets $name pass', ({ fixture: { definition, send } }) => {
    expect(checkTemplate(definition, send.template)).toEqual([]);
  });

  it.each(templateMismatches)('$name gives its code', ({ fixture }) => {
    const { definition, send, code, details } = fixture;
    const problems =
      send.to === undefined
        ? [recipientProblem(definition, 'user')]
        : checkTemplate(definition, send.template);
    const [first] = problems;
    expect(first?.meta?.code).toBe(code);
    expect(first?.detail).toMatch(/\.$/);
    if (details !== undefined) {
      expect(first?.meta?.details).toBe(details);
    }
  });

  it('tells everything that is wrong, each with its path, in the order in which Meta looks', () => {
    const problems = problemsOf('17', [
      { type: 'body', parameters: [text('Pablo\nPicasso')] },
      {
        type: 'button',
        sub_type: 'copy_code',
        index: '0',
        parameters: [{ type: 'coupon_code', coupon_code: 'LONGER-THAN-FIFTEEN' }],
      },
      { type: 'carousel', cards: [] },
    ]);
    expect(problems).toEqual([
      ['message.template.components', 132012],
      ['message.template.components[0]', 132000],
      ['message.template.components', 131008],
      ['message.template.components', 131009],
      ['message.template.components[2]', 100],
      ['message.template.components[0].parameters[0].text', 132018],
      ['message.template.components[1].parameters[0].coupon_code', 131009],
    ]);
  });

  it('finds what is wrong inside a card', () => {
    const { content } = pairOf('19');
    const components = (content.components ?? []).map((component) =>
      component.type === 'carousel'
        ? { ...component, cards: component.cards.map((card) => ({ ...card, components: [] })) }
        : component,
    );
    expect(problemsOf('19', components)).toEqual([
      ['message.template.components[1].cards[0].components', 132012],
      ['message.template.components[1].cards[1].components', 132012],
    ]);
  });

  it('takes cards in any order, and each once', () => {
    const { definition, content } = pairOf('18');
    const withCards = (change: <Card>(cards: readonly Card[]) => Card[]) => ({
      ...content,
      components: (content.components ?? []).map((component) =>
        component.type === 'carousel'
          ? { ...component, cards: change(component.cards) }
          : component,
      ),
    });
    expect(
      checkTemplate(
        definition,
        withCards((cards) => cards.toReversed()),
      ),
    ).toEqual([]);
    const [problem] = checkTemplate(
      definition,
      withCards((cards) => [...cards.slice(0, 2), ...cards.slice(0, 1)]),
    );
    expect(problem?.meta?.code).toBe(132000);
  });

  it('refuses the same part twice', () => {
    const body = { type: 'body' as const, parameters: [text('Mark'), text('FALL25')] };
    const button = { type: 'button' as const, sub_type: 'quick_reply' as const, index: '0' };
    expect(problemsOf('02', [body, body, button, { ...button, index: '00' }])).toEqual([
      ['message.template.components[1]', 100],
      ['message.template.components[3]', 100],
    ]);
  });

  it('refuses an empty text, and a name that stands twice', () => {
    expect(problemsOf('02', [{ type: 'body', parameters: [text(''), text('FALL25')] }])).toEqual([
      ['message.template.components[0].parameters[0].text', 131008],
    ]);
    const named = { ...text('Pablo'), parameter_name: 'first_name' };
    const { content } = pairOf('08');
    const [header, , button] = content.components ?? [];
    if (!header || !button) {
      throw new Error('The pair has changed');
    }
    expect(
      problemsOf('08', [header, { type: 'body', parameters: [named, named] }, button]),
    ).toEqual([['message.template.components[1].parameters[1].parameter_name', 132012]]);
  });

  it('looks at what stands in for a text as at the text', () => {
    const { content } = pairOf('24');
    const [body] = content.components ?? [];
    if (body?.type !== 'body') {
      throw new Error('The pair has changed');
    }
    const parameters = [
      ...(body.parameters ?? []).slice(0, 2),
      { type: 'date_time' as const, date_time: { fallback_value: 'February\n25' } },
    ];
    expect(problemsOf('24', [{ type: 'body', parameters }])).toEqual([
      ['message.template.components[0].parameters[2].date_time.fallback_value', 132018],
    ]);
  });

  it('says nothing of what it does not know', () => {
    const { definition, content } = pairOf('01');
    const future = templateDefinitionSchema.parse({
      ...definition,
      components: [
        { type: 'HEADER', format: 'HOLOGRAM' },
        { type: 'BODY', text: 'Hello' },
        { type: 'ORDER_STATUS' },
        { type: 'BUTTONS', buttons: [{ type: 'TELEPORT', text: 'Go' }] },
      ],
    });
    expect(checkTemplate(future, content)).toEqual([]);
    expect(
      checkTemplate(future, {
        ...content,
        components: [{ type: 'order_status', parameters: [text('shipped')] }],
      }),
    ).toEqual([]);
  });

  it('takes a GIF as a video, and tap targets with any template', () => {
    const { definition, content } = pairOf('07');
    const gif = templateDefinitionSchema.parse({
      ...definition,
      components: [{ type: 'header', format: 'gif' }, ...definition.components.slice(1)],
    });
    const components: Components = [
      ...(content.components ?? []),
      { type: 'tap_target_configuration', parameters: [] },
    ];
    expect(checkTemplate(gif, { ...content, components })).toEqual([]);
  });

  it('never throws, whatever fits the structure of a message', () => {
    const value = fc.oneof(fc.string(), fc.constantFrom('{{1}}', '$&', '\n'));
    const parameter = fc.oneof(
      fc.record({ type: fc.constant('text'), text: value }),
      fc.record({
        type: fc.constant('text'),
        text: value,
        parameter_name: fc.constantFrom('first_name', 'agent', 'x', '__proto__'),
      }),
      fc.record({ type: fc.constant('coupon_code'), coupon_code: value }),
      fc.record({
        type: fc.constant('limited_time_offer'),
        limited_time_offer: fc.record({ expiration_time_ms: fc.integer({ min: 1 }) }),
      }),
      fc.record({ type: fc.constant('payload'), payload: value }),
      fc.record({ type: fc.constant('action'), action: fc.constant({}) }),
      fc.record({ type: fc.constant('image'), image: fc.constant({ id: '1' }) }),
    );
    const parameters = fc.array(parameter, { maxLength: 4 });
    const part = fc.oneof(
      fc.record({ type: fc.constantFrom('header', 'body'), parameters }),
      fc.record({
        type: fc.constant('button'),
        sub_type: fc.constantFrom('url', 'quick_reply', 'copy_code', 'mpm', 'flow'),
        index: fc.integer({ min: 0, max: 11 }),
        parameters,
      }),
    );
    const component = fc.oneof(
      part,
      fc.record({ type: fc.constantFrom('limited_time_offer', 'order_status'), parameters }),
      fc.record({
        type: fc.constant('carousel'),
        cards: fc.array(
          fc.record({ card_index: fc.integer({ min: 0, max: 9 }), components: fc.array(part) }),
          { minLength: 1, maxLength: 4 },
        ),
      }),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...templatePairs),
        fc.array(component, { maxLength: 5 }),
        ({ fixture: { definition, send } }, components) => {
          const { data: content } = templateContentSchema.safeParse({
            ...send.template,
            components,
          });
          fc.pre(content !== undefined);
          for (const { path, meta } of checkTemplate(definition, content)) {
            expect(path).toMatch(/^message\.template\./);
            expect(meta?.code).toBeGreaterThan(0);
          }
          renderTemplate(definition, content);
        },
      ),
    );
  });

  it('never throws at a definition of whatever JSON', () => {
    const { content } = pairOf('18');
    const component = fc.record(
      {
        type: fc.constantFrom('HEADER', 'body', 'BUTTONS', 'carousel', 'FOOTER', 7),
        format: fc.constantFrom('TEXT', 'image', 'x', null),
        text: fc.constantFrom('{{1}} {{2}} {{a}}', '{{', 5),
        example: fc.jsonValue(),
        buttons: fc.jsonValue(),
        cards: fc.oneof(fc.jsonValue(), fc.constant([{ components: [{ type: 'BODY' }] }])),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(component),
        fc.constantFrom('NAMED', 'positional', undefined),
        (components, parameter_format) => {
          const definition = templateDefinitionSchema.parse({
            name: content.name,
            language: content.language.code,
            status: 'APPROVED',
            category: 'MARKETING',
            parameter_format,
            components,
          });
          checkTemplate(definition, content);
          renderTemplate(definition, content);
          parametersOfTemplate(definition);
        },
      ),
    );
  });
});

describe('recipientProblem', () => {
  it.each([
    ['13', 'phone', undefined],
    ['13', 'user', 131062],
    ['13', 'group', 130501],
    ['11', 'group', 130501],
    ['12', 'user', undefined],
    ['12', 'group', 130501],
    ['06', 'group', undefined],
  ] as const)('template %s to a %s gives %s', (number, kind, code) => {
    expect(recipientProblem(pairOf(number).definition, kind)?.meta?.code).toBe(code);
  });
});
