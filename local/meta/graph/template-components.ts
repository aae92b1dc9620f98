import { isJsonObject, type JsonObject } from '../../../shared/json.ts';
import { malformed, type Refusal } from './field-rules.ts';

/** One `{type, parameters?, ...}` of a send. */
export interface SentComponent {
  type: string;
  /** Of a button, in lower case. */
  subType: string;
  /** Of a button; NaN where it is no whole number. */
  index: number;
  parameters: JsonObject[];
  /** Of a carousel. */
  cards: SentCard[];
}

/** One card of a sent carousel. */
export interface SentCard {
  index: number;
  components: SentComponent[];
}

const componentTypes =
  /^(header|body|footer|button|carousel|limited_time_offer|tap_target_configuration)$/;

/** Why `components` is not what every template's is, by types alone; a card's are checked as well. */
export function checkComponents(
  components: unknown,
  at = "template['components']",
): Refusal | undefined {
  if (components === undefined) return undefined;
  if (!Array.isArray(components)) return malformed(`Param ${at} must be an array.`);
  for (const [index, component] of components.entries()) {
    const problem = checkComponent(component, `${at}[${index}]`);
    if (problem) return problem;
  }
  return undefined;
}

function checkComponent(component: unknown, at: string): Refusal | undefined {
  if (!isJsonObject(component)) return malformed(`Param ${at} must be a JSON object.`);
  const { type, parameters = [], cards = [] } = component;
  if (typeof type !== 'string' || !componentTypes.test(type.toLowerCase())) {
    return malformed(`Param ${at}['type'] is not a valid component type.`);
  }
  if (!Array.isArray(parameters)) return malformed(`Param ${at}['parameters'] must be an array.`);
  if (!Array.isArray(cards)) return malformed(`Param ${at}['cards'] must be an array.`);
  for (const [index, parameter] of parameters.entries()) {
    const place = `${at}['parameters'][${index}]`;
    if (!isJsonObject(parameter)) return malformed(`Param ${place} must be a JSON object.`);
    if (parameter['type'] === 'text' && typeof parameter['text'] !== 'string') {
      return malformed(`Param ${place}['text'] must be a string.`);
    }
  }
  for (const [index, card] of cards.entries()) {
    const place = `${at}['cards'][${index}]`;
    if (!isJsonObject(card)) return malformed(`Param ${place} must be a JSON object.`);
    const problem = checkComponents(card['components'], `${place}['components']`);
    if (problem) return problem;
  }
  return undefined;
}

/** The components of a send that `checkComponents` has nothing against. */
export function sentComponents(components: unknown): SentComponent[] {
  return objectsIn(components).map(({ type, sub_type, index, parameters, cards }) => ({
    type: String(type).toLowerCase(),
    subType: String(sub_type ?? '').toLowerCase(),
    index: index === undefined || index === '' ? Number.NaN : Number(index),
    parameters: objectsIn(parameters),
    cards: objectsIn(cards).map((card) => ({
      index: Number(card['card_index']),
      components: sentComponents(card['components']),
    })),
  }));
}

/** The objects in a list; none where it is no list. */
export function objectsIn(list: unknown): JsonObject[] {
  return Array.isArray(list) ? list.filter(isJsonObject) : [];
}

/** The definition's component of a type, whatever case it is written in. */
export function defined(components: JsonObject[], type: string): JsonObject | undefined {
  return components.find((component) => upper(component['type']) === type);
}

/** An enumeration's value, whose case varies with how the template was made. */
export function upper(value: unknown): string {
  return String(value ?? '').toUpperCase();
}

/** The distinct names between double braces, in the order in which they come. */
export function variablesIn(text: unknown): string[] {
  const names = [...String(text ?? '').matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)];
  return [...new Set(names.map(([, name = '']) => name))];
}
