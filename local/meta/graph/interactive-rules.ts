import { isJsonObject } from '../../../shared/json.ts';
import * as rule from './field-rules.ts';
import {
  either,
  type FieldRule,
  invalid,
  list,
  missing,
  object,
  oneOf,
  text,
} from './field-rules.ts';

/** A file by Meta's id or by a link. */
export function media(more: Record<string, FieldRule> = {}): FieldRule {
  const link = text(2048, { pattern: /^https?:\/\/[^\s/]+/ });
  return object({ 'id?': text(256), 'link?': link, ...more }, either('id', 'link'));
}

const headerFields: Record<string, FieldRule> = {
  text: text(60),
  image: media(),
  video: media(),
  document: media({ 'filename?': text(240) }),
};

/** A header of one of the kinds, which carries what its kind says. */
function header(...kinds: string[]): FieldRule {
  const shapes = new Map(
    kinds.map((kind) => {
      const content = headerFields[kind] ?? rule.anything;
      return [kind, object({ type: oneOf(kind), [kind]: content, 'sub_text?': text(60) })];
    }),
  );
  return (value, at) => {
    const kind = isJsonObject(value) ? value['type'] : undefined;
    if (kind === undefined) return missing(`${at}['type']`);
    const shape = shapes.get(String(kind));
    return shape ? shape(value, at) : oneOf(...kinds)(kind, `${at}['type']`);
  };
}

const anyHeader = { 'header?': header('text', 'image', 'video', 'document') };
const body = (max = 1024) => object({ text: text(max) });
const footer = { 'footer?': object({ text: text(60) }) };
const named = (name: string, parameters: Record<string, FieldRule> = {}) =>
  object({ name: oneOf(name), ...parameters });

const replyButtons = list(
  object({ type: oneOf('reply'), reply: object({ id: text(256), title: text(20) }) }),
  1,
  3,
);

const uniqueButtons: FieldRule = (action, at) => {
  const buttons = isJsonObject(action) ? action['buttons'] : [];
  const of = (name: string) =>
    rule.each(buttons, ({ reply }) => (isJsonObject(reply) ? reply[name] : reply));
  return rule.areUnique(of('id')) && rule.areUnique(of('title'))
    ? undefined
    : invalid(`Param ${at}['buttons'] must have unique ids and titles.`);
};

const listRow = object({ id: text(200), title: text(24), 'description?': text(72, { min: 0 }) });
const listSections = list(object({ 'title?': text(24), rows: list(listRow, 1, 10) }), 1, 10);

const tenRowsInAll: FieldRule = (action, at) => {
  const sections = isJsonObject(action) ? action['sections'] : [];
  const rows = rule.each(sections, ({ rows }) => rows).flat();
  const titles = rule.each(sections, ({ title }) => title);
  if (rows.length > 10) return invalid(`Total row count of ${at}['sections'] exceeds max of 10.`);
  if (titles.length > 1 && titles.includes(undefined)) return missing(`${at}['sections']['title']`);
  return rule.areUnique(rule.each(rows, ({ id }) => id))
    ? undefined
    : invalid(`Param ${at}['sections'] must have unique row ids.`);
};

const productSections = list(
  object({
    title: text(24),
    product_items: list(object({ product_retailer_id: text(256) }), 1, 30),
  }),
  1,
  10,
);

const thirtyProducts: FieldRule = (action, at) => {
  const sections = isJsonObject(action) ? action['sections'] : [];
  const products = rule.each(sections, ({ product_items }) => product_items).flat();
  return products.length <= 30 ? undefined : invalid(`Param ${at} has more than 30 products.`);
};

const flowParameters = object(
  {
    flow_message_version: oneOf('3'),
    'flow_id?': text(256),
    'flow_name?': text(256),
    flow_cta: text(30),
    'flow_token?': text(4096),
    'mode?': oneOf('draft', 'published'),
    'flow_action?': oneOf('navigate', 'data_exchange'),
    'flow_action_payload?': rule.anyObject,
  },
  either('flow_id', 'flow_name'),
);

const ctaUrl = named('cta_url', {
  parameters: object({ display_text: text(20), url: text(2000, { pattern: /^https?:\/\// }) }),
});
const quickReply = object({
  type: oneOf('quick_reply'),
  quick_reply: object({ id: text(256), title: text(20) }),
});
const cardAction: FieldRule = (value, at) =>
  isJsonObject(value) && 'buttons' in value
    ? object({ buttons: list(quickReply, 1, 2) })(value, at)
    : ctaUrl(value, at);
const card = object({
  card_index: rule.number(0, 9),
  type: oneOf('cta_url'),
  header: header('image', 'video'),
  'body?': object({ text: text(160, { pattern: /^(?:[^\n]*\n){0,2}[^\n]*$/ }) }),
  action: cardAction,
});

const sameButtons: FieldRule = (action, at) => {
  const cards = isJsonObject(action) ? action['cards'] : [];
  const shapes = rule.each(cards, (each) => {
    const buttons = isJsonObject(each['action']) ? each['action']['buttons'] : undefined;
    return Array.isArray(buttons) ? buttons.length : 'url';
  });
  return new Set(shapes).size === 1
    ? undefined
    : invalid(`All cards of ${at}['cards'] must have the same buttons.`);
};

const retailerId = object({ 'thumbnail_product_retailer_id?': text(256) });
const voiceCall = object({
  'display_text?': text(20),
  'ttl_minutes?': rule.number(1, 43_200),
  'payload?': text(512),
});
const address = object({
  country: oneOf('IN', 'SG'),
  'values?': rule.anyObject,
  'saved_addresses?': rule.anything,
  'validation_errors?': rule.anyObject,
});
const payment = { 'header?': rule.anyObject, body: body(), ...footer, action: rule.anyObject };

/** What an interactive message of each type has beside its type. Source: Meta, the page of each type. */
const kinds: Record<string, Record<string, FieldRule>> = {
  button: {
    ...{ ...anyHeader, body: body(), ...footer },
    action: object({ buttons: replyButtons }, uniqueButtons),
  },
  list: {
    ...{ 'header?': header('text'), body: body(4096), ...footer },
    action: object({ button: text(20), sections: listSections }, tenRowsInAll),
  },
  cta_url: { ...anyHeader, body: body(), ...footer, action: ctaUrl },
  location_request_message: { body: body(), action: named('send_location') },
  flow: {
    ...{ ...anyHeader, body: body(), ...footer },
    action: named('flow', { parameters: flowParameters }),
  },
  product: {
    ...{ 'body?': body(), ...footer },
    action: object({ catalog_id: text(256), product_retailer_id: text(256) }),
  },
  product_list: {
    ...{ header: header('text'), body: body(), ...footer },
    action: object({ catalog_id: text(256), sections: productSections }, thirtyProducts),
  },
  catalog_message: {
    ...{ body: body(), ...footer },
    action: named('catalog_message', { 'parameters?': retailerId }),
  },
  carousel: { body: body(), action: object({ cards: list(card, 2, 10) }, sameButtons) },
  address_message: {
    ...{ 'header?': header('text'), body: body(), ...footer },
    action: named('address_message', { parameters: address }),
  },
  call_permission_request: { 'body?': body(), action: named('call_permission_request') },
  voice_call: { body: body(), action: named('voice_call', { 'parameters?': voiceCall }) },
  request_contact_info: { body: body(), action: named('request_contact_info') },
  order_details: payment,
  order_status: payment,
};

const rulesByType = new Map(
  Object.entries(kinds).map(([type, fields]) => [type, object({ type: oneOf(type), ...fields })]),
);

/** An interactive message of any type. */
export const interactive: FieldRule = (value, at) => {
  const type = isJsonObject(value) ? value['type'] : undefined;
  if (type === undefined) return missing(`${at}['type']`);
  const kind = rulesByType.get(String(type));
  return kind ? kind(value, at) : oneOf(...rulesByType.keys())(type, `${at}['type']`);
};
