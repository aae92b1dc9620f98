import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import * as rule from './field-rules.ts';
import {
  type FieldRule,
  list,
  malformed,
  missing,
  object,
  oneOf,
  type Refusal,
  text,
} from './field-rules.ts';
import { interactive, media } from './interactive-rules.ts';

/** What every message id looks like. */
const wamid = text(1024, { pattern: /^wamid\.\S+$/ });
const caption = { 'caption?': text(1024, { min: 0 }) };
const optionalText = text(4096, { min: 0 });

function optional(names: string, field: FieldRule = optionalText): Record<string, FieldRule> {
  return Object.fromEntries(names.split(' ').map((name) => [`${name}?`, field]));
}

const contact = object({
  name: object(
    {
      formatted_name: text(1024),
      ...optional('first_name last_name middle_name prefix suffix'),
    },
    (name, at) =>
      isJsonObject(name) && Object.keys(name).length > 1
        ? undefined
        : missing(`${at}['first_name']`),
  ),
  'birthday?': text(10, { pattern: /^\d{4}-\d{2}-\d{2}$/ }),
  'org?': object(optional('company department title')),
  'phones?': list(object(optional('phone type wa_id')), 0, 100),
  'emails?': list(object(optional('email type')), 0, 100),
  'urls?': list(object(optional('url type')), 0, 100),
  'addresses?': list(object(optional('street city state zip country country_code type')), 0, 100),
});

const template = object({
  name: text(512),
  language: object({ code: text(32), 'policy?': oneOf('deterministic') }),
  'components?': rule.anything,
});

/** What the field named after the type holds. Source: Meta, the page of each type of message. */
const contents = new Map<string, FieldRule>([
  ['text', object({ body: text(4096), 'preview_url?': rule.flag })],
  ['image', media(caption)],
  ['video', media(caption)],
  ['audio', media({ 'voice?': rule.flag })],
  ['document', media({ ...caption, 'filename?': text(240) })],
  ['sticker', media()],
  [
    'location',
    object({
      latitude: rule.number(-90, 90),
      longitude: rule.number(-180, 180),
      ...optional('name address', text(1000, { min: 0 })),
    }),
  ],
  ['contacts', list(contact, 1, 257)],
  ['reaction', object({ message_id: wamid, emoji: text(64, { min: 0 }) })],
  ['interactive', interactive],
  ['template', template],
  [
    'pin',
    object({
      type: oneOf('pin', 'unpin'),
      message_id: wamid,
      'expiration_days?': rule.number(1, 30),
    }),
  ],
]);

const groupTypes = /^(text|image|video|audio|document|sticker|template|pin)$/;

const envelope = {
  messaging_product: oneOf('whatsapp'),
  'recipient_type?': oneOf('individual', 'group'),
  'to?': text(256),
  'recipient?': text(256),
  'type?': text(64),
  'context?': object({ message_id: text(1024) }),
  'biz_opaque_callback_data?': text(512, { min: 0 }),
  'recipient_identity_key_hash?': text(256),
  'category?': oneOf('utility', 'authentication'),
};

const readReceipt = object({
  messaging_product: oneOf('whatsapp'),
  status: oneOf('read'),
  message_id: wamid,
  'typing_indicator?': object({ type: oneOf('text') }),
});

/** Meta takes a message without a type for a text. */
export function typeOf(body: JsonObject): string {
  return String(body['type'] ?? 'text');
}

/** Whether a body marks a message read instead of sending one. */
export function isReadReceipt(body: JsonObject): boolean {
  return 'status' in body;
}

/** Checks the body of POST `/{phone}/messages`, a template's components left aside. */
export function checkMessage(body: unknown): Refusal | undefined {
  if (!isJsonObject(body)) return malformed('The body must be a JSON object.');
  if (body['messaging_product'] === undefined) return missing('messaging_product');
  if (isReadReceipt(body)) return readReceipt(body, '');
  const type = typeOf(body);
  const content = contents.get(type);
  if (!content) return { code: 131051, details: `Message type ${type} is not supported.` };
  if (body['to'] === undefined && body['recipient'] === undefined) return missing('to');
  return object({ ...envelope, [type]: content })(body, '') ?? checkTogether(body, type);
}

/** What several fields of the envelope say together. */
function checkTogether(body: JsonObject, type: string): Refusal | undefined {
  const inGroup = body['recipient_type'] === 'group';
  if (inGroup && !groupTypes.test(type)) return { code: 130501 };
  if (type === 'pin') {
    if (!inGroup) return rule.invalid('Messages are pinned in groups only.');
    const pin = isJsonObject(body['pin']) ? body['pin'] : {};
    if (pin['type'] === 'pin' && pin['expiration_days'] === undefined) {
      return missing("pin['expiration_days']");
    }
  }
  return body['category'] === undefined
    ? undefined
    : malformed('This WhatsApp Business Account is not eligible for Direct Send.');
}
