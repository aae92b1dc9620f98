import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { invalid, malformed, type Refusal } from './field-rules.ts';
import { checkButtons, countMismatch } from './template-buttons.ts';
import {
  checkComponents,
  defined,
  objectsIn,
  type SentComponent,
  sentComponents,
  upper,
  variablesIn,
} from './template-components.ts';
import { checkLengths, checkTexts } from './template-values.ts';

/** The `template` of a message. */
export interface SentTemplate {
  name: string;
  language: { code: string };
  components?: unknown;
}

/**
 * The first reason for which Meta refuses a template message; undefined for one that it takes.
 * `toUserId` says that the recipient is a business-scoped user id.
 * Source: Meta, "Template components", "Error codes".
 */
export function checkTemplateSend(
  definition: JsonObject,
  template: SentTemplate,
  toUserId = false,
): Refusal | undefined {
  const unsendable = checkStatus(definition, template);
  if (unsendable) return unsendable;
  if (toUserId && upper(definition['category']) === 'AUTHENTICATION') return { code: 131062 };
  const malformedPart = checkComponents(template.components);
  if (malformedPart) return malformedPart;
  const sent = sentComponents(template.components);
  const components = objectsIn(definition['components']);
  const isNamed = upper(definition['parameter_format']) === 'NAMED';
  return (
    checkPart(components, sent, isNamed) ??
    checkCarousel(components, sent, isNamed) ??
    checkCode(definition, sent) ??
    checkTexts(sent) ??
    checkLengths(components, sent)
  );
}

/** The refusal of a name that has no template in a language. */
export function unknownTemplate({ name, language }: SentTemplate): Refusal {
  const details = `template name (${name}) does not exist in ${language.code}`;
  return { code: 132001, details };
}

function checkStatus(definition: JsonObject, template: SentTemplate): Refusal | undefined {
  const { name, language, status = 'APPROVED' } = definition;
  if (name !== template.name || language !== template.language.code) {
    return unknownTemplate(template);
  }
  if (status === 'PAUSED') return { code: 132015 };
  if (status === 'DISABLED') return { code: 132016 };
  return status === 'APPROVED' ? undefined : unknownTemplate(template);
}

/** The message itself, or one card of it. */
function checkPart(
  components: JsonObject[],
  sent: SentComponent[],
  isNamed: boolean,
): Refusal | undefined {
  const of = (type: string) => sent.find((component) => component.type === type);
  const buttons = sent.filter(({ type }) => type === 'button');
  const footer = of('footer')?.parameters.length ?? 0;
  return (
    checkHeader(defined(components, 'HEADER'), of('header'), isNamed) ??
    checkVariables('body', bodyVariables(components), of('body'), isNamed) ??
    (footer > 0 ? countMismatch('footer', footer, 0) : undefined) ??
    checkOffer(defined(components, 'LIMITED_TIME_OFFER'), of('limited_time_offer')) ??
    checkButtons(objectsIn(defined(components, 'BUTTONS')?.['buttons']), buttons)
  );
}

/** The body of an authentication template is Meta's own text, with the code in it. */
function bodyVariables(components: JsonObject[]): string[] {
  const body = defined(components, 'BODY');
  return body && body['text'] === undefined ? ['1'] : variablesIn(body?.['text']);
}

/** What a header may be sent as; a GIF goes as a video too. */
const headerObjects: Record<string, string[]> = { GIF: ['gif', 'video'] };

function checkHeader(
  header: JsonObject | undefined,
  sent: SentComponent | undefined,
  isNamed: boolean,
): Refusal | undefined {
  const format = upper(header?.['format'] ?? 'TEXT');
  if (!header || format === 'TEXT') {
    return checkVariables('header', variablesIn(header?.['text']), sent, isNamed);
  }
  const [parameter] = sent?.parameters ?? [];
  const received = String(parameter?.['type'] ?? 'unknown').toLowerCase();
  const expected = headerObjects[format] ?? [format.toLowerCase()];
  const object = parameter?.[received];
  if (!expected.includes(received) || !isJsonObject(object)) {
    return formatMismatch('header', format, received);
  }
  return checkHeaderObject(format, object);
}

function checkHeaderObject(format: string, object: JsonObject): Refusal | undefined {
  const needed: Record<string, string[]> = {
    LOCATION: ['latitude', 'longitude', 'name', 'address'],
    PRODUCT: ['product_retailer_id', 'catalog_id'],
  };
  const absent = needed[format]?.find((name) => object[name] === undefined);
  if (absent) return invalid(`header: ${absent} is required.`);
  if (needed[format]) return undefined;
  return (object['id'] === undefined) === (object['link'] === undefined)
    ? invalid('header: either id or link is required.')
    : undefined;
}

/** What may stand for a variable. */
const localizable = /^(text|currency|date_time)$/;

function checkVariables(
  place: string,
  names: string[],
  sent: SentComponent | undefined,
  isNamed: boolean,
): Refusal | undefined {
  const parameters = sent?.parameters ?? [];
  if (parameters.length !== names.length) {
    return countMismatch(place, parameters.length, names.length);
  }
  const wrong = parameters.find(({ type }) => !localizable.test(String(type)));
  if (wrong) return formatMismatch(place, 'TEXT', String(wrong['type'] ?? 'unknown'));
  if (!isNamed) return undefined;
  const given = parameters.map((parameter) => parameter['parameter_name']);
  if (given.some((name) => typeof name !== 'string' || name === '')) {
    return { code: 100, details: 'Parameter name is missing or empty' };
  }
  const absent = names.find((name) => !given.includes(name));
  return absent === undefined
    ? undefined
    : { code: 132012, details: `${place}: Parameter ${absent} is missing` };
}

function formatMismatch(place: string, expected: string, received: string): Refusal {
  const details = `${place}: Format mismatch, expected ${expected}, received ${upper(received)}`;
  return { code: 132012, details };
}

/** Milliseconds of any day since 2001 have at least thirteen digits; seconds do not. */
const leastMilliseconds = 1e12;

function checkOffer(
  offer: JsonObject | undefined,
  sent: SentComponent | undefined,
): Refusal | undefined {
  if (!offer) return sent && malformed('Template has no limited_time_offer component.');
  const options = offer['limited_time_offer'];
  if (!isJsonObject(options) || options['has_expiration'] !== true) return undefined;
  const value = sent?.parameters[0]?.['limited_time_offer'];
  const expiry = isJsonObject(value) ? Number(value['expiration_time_ms']) : Number.NaN;
  return expiry >= leastMilliseconds
    ? undefined
    : invalid('limited_time_offer: expiration_time_ms is missing or no time in milliseconds.');
}

function checkCarousel(
  components: JsonObject[],
  sent: SentComponent[],
  isNamed: boolean,
): Refusal | undefined {
  const cards = objectsIn(defined(components, 'CAROUSEL')?.['cards']);
  const carousel = sent.find(({ type }) => type === 'carousel');
  if (cards.length === 0) return carousel && malformed('Template has no carousel component.');
  const given = carousel?.cards ?? [];
  if (given.length !== cards.length) {
    return countMismatch('carousel', given.length, cards.length);
  }
  for (const [index, card] of cards.entries()) {
    const sentCard = given.find((each) => each.index === index);
    if (!sentCard) return countMismatch('carousel', given.length - 1, cards.length);
    const problem = checkPart(objectsIn(card['components']), sentCard.components, isNamed);
    if (problem) return problem;
  }
  return undefined;
}

/** An authentication template carries its code twice. */
function checkCode({ category }: JsonObject, sent: SentComponent[]): Refusal | undefined {
  if (upper(category) !== 'AUTHENTICATION') return undefined;
  const [body, button] = ['body', 'button'].map(
    (type) => sent.find((component) => component.type === type)?.parameters[0]?.['text'],
  );
  if (button !== undefined && button !== body) {
    return invalid('The code of the button is not the code of the body.');
  }
  return String(body ?? '').length <= 15
    ? undefined
    : invalid('Code must be 1 to 15 characters long.');
}
