import { describe, expect, it } from '@jest/globals';
import { templateContentSchema } from '../../lambdas/send/message/template.schema.ts';
import { templateDefinitionSchema } from '../../lambdas/send/template/template-definition.schema.ts';
import { checkTemplate } from '../../lambdas/send/template/validate-template.ts';

/** What is wrong with a send of a template of these components: its path behind `components`, and the code. */
function problemsOf(
  defined: readonly object[],
  components: readonly object[],
  parameter_format = 'POSITIONAL',
) {
  const definition = templateDefinitionSchema.parse({
    ...{ name: 'a_template', language: 'en_US', status: 'APPROVED', category: 'UTILITY' },
    ...{ parameter_format, components: defined },
  });
  const content = { name: 'a_template', language: { code: 'en_US' }, components };
  return checkTemplate(definition, templateContentSchema.parse(content)).map(({ path, meta }) => [
    path.replace('message.template.components', ''),
    meta?.code,
  ]);
}

const text = (value: string, more: object = {}) => ({ type: 'text', text: value, ...more });
const body = (...parameters: object[]) => ({ type: 'body', parameters });
const header = (...parameters: object[]) => ({ type: 'header', parameters });
const button = (sub_type: string, ...parameters: object[]) => ({
  ...{ type: 'button', sub_type, index: 0, parameters },
});
const buttons = (...of: object[]) => [{ type: 'BUTTONS', buttons: of }];
const image = { type: 'image', image: { id: '1' } };

it.each([
  ['body', [{ type: 'BODY', text: 'Hi {{1}}' }], 1024 - 3],
  ['header', [{ type: 'HEADER', format: 'TEXT', text: 'Hi {{1}}' }], 60 - 3],
])('a %s may be as long as Meta says, and no longer', (type, defined, room) => {
  expect(problemsOf(defined, [{ type, parameters: [text('x'.repeat(room))] }])).toEqual([]);
  expect(problemsOf(defined, [{ type, parameters: [text('x'.repeat(room + 1))] }])).toEqual([
    ['[0]', 132005],
  ]);
});

it.each([
  ['', 131009],
  ['x', undefined],
  ['x'.repeat(15), undefined],
  ['x'.repeat(16), 131009],
])('a coupon code %j: %j', (coupon_code, code) => {
  const sent = button('copy_code', { type: 'coupon_code', coupon_code });
  const found = problemsOf(buttons({ type: 'COPY_CODE', text: 'Copy' }), [sent]);
  expect(found).toEqual(code ? [['[0].parameters[0].coupon_code', code]] : []);
});

it('a header of a file takes one file of its kind', () => {
  const defined = [{ type: 'HEADER', format: 'IMAGE' }];
  expect(problemsOf(defined, [header(image)])).toEqual([]);
  expect(problemsOf(defined, [header(image, image)])).toEqual([['[0]', 132000]]);
  expect(problemsOf(defined, [header(text('a'))])).toEqual([['[0].parameters[0]', 132012]]);
});

it('where no text belongs, its kind is no second problem', () => {
  expect(problemsOf([{ type: 'BODY', text: 'Hi' }], [body(image)])).toEqual([['[0]', 132000]]);
});

describe('a button', () => {
  const url = (address: string) => buttons({ type: 'URL', text: 'Go', url: address });

  it('that takes one parameter takes no two', () => {
    const sent = button('url', text('a'), text('b'));
    expect(problemsOf(url('https://example.com/{{1}}'), [sent])).toEqual([
      ['[0].parameters[0]', 131009],
    ]);
  });

  it('whose type nobody knows needs nothing', () => {
    expect(problemsOf(buttons({ type: 'TELEPORT', text: 'Go' }), [])).toEqual([]);
  });

  it('takes a parameter of its own type only', () => {
    expect(problemsOf(buttons({ type: 'FLOW', text: 'Go' }), [button('flow', text('a'))])).toEqual([
      ['[0].parameters[0]', 131009],
    ]);
  });

  it.each<[string, string, object, unknown[]]>([
    ['NAMED', '{{code}}', { parameter_name: 'code' }, []],
    ['NAMED', '{{code}}', {}, [['[0].parameters[0]', 100]]],
    [
      ...(['NAMED', '{{code}}', { parameter_name: 'other' }] as const),
      [['[0].parameters[0].parameter_name', 132012]],
    ],
    ['NAMED', '{{1}}', {}, []],
    ['NAMED', '{{10}}', {}, []],
    ['NAMED', '{{1st}}', {}, [['[0].parameters[0]', 100]]],
    ['NAMED', '{{v1}}', {}, [['[0].parameters[0]', 100]]],
    ['POSITIONAL', '{{code}}', {}, []],
  ])('of %s parameters with the URL %s takes %j', (format, variable, more, problems) => {
    const sent = button('url', text('a', more));
    expect(problemsOf(url(`https://example.com/${variable}`), [sent], format)).toEqual(problems);
  });

  it('that shows several products needs their sections and a thumbnail', () => {
    const defined = buttons({ type: 'MPM', text: 'Shop' });
    const thumbnail_product_retailer_id = 'sku-1';
    const sections = [{ title: 'All', product_items: [{ product_retailer_id: 'sku-1' }] }];
    const sent = (action: object) => [button('mpm', { type: 'action', action })];
    expect(problemsOf(defined, sent({ thumbnail_product_retailer_id, sections }))).toEqual([]);
    for (const action of [{}, { sections }, { thumbnail_product_retailer_id }]) {
      expect(problemsOf(defined, sent(action))).toEqual([['[0].parameters[0].action', 131008]]);
    }
    const catalog = buttons({ type: 'CATALOG', text: 'Shop' });
    expect(problemsOf(catalog, [button('catalog', { type: 'action', action: {} })])).toEqual([]);
  });
});

describe('an offer that ends', () => {
  const defined = [
    { type: 'LIMITED_TIME_OFFER', limited_time_offer: { text: 'Soon', has_expiration: true } },
  ];
  const sent = (...parameters: object[]) => [{ type: 'limited_time_offer', parameters }];
  const ends = (expiration_time_ms: number) => ({
    ...{ type: 'limited_time_offer', limited_time_offer: { expiration_time_ms } },
  });

  it.each([
    [100_000_000_000, undefined],
    [99_999_999_999, 131009],
  ])('at %d ms: %j', (at, code) => {
    const place = '[0].parameters[0].limited_time_offer.expiration_time_ms';
    expect(problemsOf(defined, sent(ends(at)))).toEqual(code ? [[place, code]] : []);
  });

  it('needs one end, in its own component', () => {
    const end = ends(1_800_000_000_000);
    expect(problemsOf(defined, sent())).toEqual([['', 131009]]);
    expect(problemsOf(defined, sent(end, end))).toEqual([['', 131009]]);
    expect(problemsOf(defined, sent(text('soon'), end))).toEqual([]);
    expect(problemsOf(defined, [])).toEqual([['', 131009]]);
  });
});
