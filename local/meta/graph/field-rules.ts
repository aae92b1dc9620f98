import { isJsonObject, type JsonObject } from '../../../shared/json.ts';

/** Why Meta refuses a call: the first problem, as Meta names one. */
export interface Refusal {
  code: number;
  /** The whole message, where it is not the code's title. */
  message?: string;
  details?: string;
}

/** Checks one value; `at` is its place as Meta writes it: `text['body']`. */
export type FieldRule = (value: unknown, at: string) => Refusal | undefined;

/** A refusal of a value's type or size, or of a key. */
export const malformed = (message: string): Refusal => ({
  code: 100,
  message: `(#100) ${message}`,
});

/** A refusal of a value that has the right type. */
export const invalid = (details: string): Refusal => ({ code: 131009, details });

/** A refusal of a body that lacks something. */
export const missing = (at: string): Refusal => ({
  code: 131008,
  details: `Param ${at} is required.`,
});

const nothing = (value: unknown) => value === undefined || value === null;

/** A string of `min` to `max` characters, which fits the pattern where there is one. */
export function text(max: number, { min = 1, pattern = /^/ } = {}): FieldRule {
  return (value, at) => {
    if (typeof value !== 'string') return malformed(`Param ${at} must be a string.`);
    if (value.length > max) {
      return malformed(`Param ${at} must be at most ${max} characters long.`);
    }
    if (value.length < min) return missing(at);
    return pattern.test(value) ? undefined : invalid(`Param ${at} is not valid.`);
  };
}

/** One of these strings. */
export function oneOf(...allowed: string[]): FieldRule {
  return (value, at) => {
    if (typeof value !== 'string') return malformed(`Param ${at} must be a string.`);
    const list = allowed.join(', ');
    return allowed.includes(value) ? undefined : invalid(`Param ${at} must be one of {${list}}.`);
  };
}

/** A number in bounds, or digits that stand for one. */
export function number(min: number, max: number): FieldRule {
  return (value, at) => {
    const isNumeric = typeof value === 'string' && value.trim() !== '';
    const read = isNumeric ? Number(value) : value;
    if (typeof read !== 'number' || Number.isNaN(read)) {
      return malformed(`Param ${at} must be a number.`);
    }
    return read >= min && read <= max
      ? undefined
      : invalid(`Param ${at} must be between ${min} and ${max}.`);
  };
}

export const flag: FieldRule = (value, at) =>
  typeof value === 'boolean' ? undefined : malformed(`Param ${at} must be a boolean.`);

/** Any object. */
export const anyObject: FieldRule = (value, at) =>
  isJsonObject(value) ? undefined : malformed(`Param ${at} must be a JSON object.`);

/** Anything: Meta's own business. */
export const anything: FieldRule = () => undefined;

/** An object with these fields and no others; a name with `?` at its end may be absent. */
export function object(fields: Record<string, FieldRule>, ...further: FieldRule[]): FieldRule {
  const rules = Object.entries(fields).map(([key, rule]) => {
    return { name: key.replace(/\?$/, ''), optional: key.endsWith('?'), rule };
  });
  const known = new Set(rules.map(({ name }) => name));
  return (value, at) => {
    if (!isJsonObject(value)) return malformed(`Param ${at} must be a JSON object.`);
    const unknown = Object.keys(value).find((key) => !known.has(key));
    if (unknown !== undefined) {
      return malformed(`Unexpected key "${unknown}" on param "${at || 'message'}".`);
    }
    for (const { name, optional, rule } of rules) {
      const place = at === '' ? name : `${at}['${name}']`;
      if (nothing(value[name]) && optional) continue;
      const problem = nothing(value[name]) ? missing(place) : rule(value[name], place);
      if (problem) return problem;
    }
    return firstOf(further, value, at);
  };
}

/** A list of `min` to `max` items of one kind. */
export function list(item: FieldRule, min: number, max: number): FieldRule {
  return (value, at) => {
    if (!Array.isArray(value)) return malformed(`Param ${at} must be an array.`);
    if (value.length < min || value.length > max) {
      return invalid(`Param ${at} must have ${min} to ${max} elements.`);
    }
    for (const [index, each] of value.entries()) {
      const problem = item(each, `${at}[${index}]`);
      if (problem) return problem;
    }
    return undefined;
  };
}

/** Exactly one of two fields of an object. */
export function either(one: string, other: string): FieldRule {
  return (value, at) => {
    const given = isJsonObject(value) ? [one, other].filter((name) => !nothing(value[name])) : [];
    if (given.length === 1) return undefined;
    return given.length === 0
      ? missing(`${at}['${one}'] or ${at}['${other}']`)
      : malformed(`Param ${at} must have ${one} or ${other}, not both.`);
  };
}

/** The values of an object's field in each item of a list. */
export function each(items: unknown, read: (item: JsonObject) => unknown): unknown[] {
  return Array.isArray(items) ? items.filter(isJsonObject).map(read) : [];
}

/** Whether no value occurs twice. */
export function areUnique(values: unknown[]): boolean {
  return new Set(values).size === values.length;
}

function firstOf(rules: FieldRule[], value: unknown, at: string): Refusal | undefined {
  for (const rule of rules) {
    const problem = rule(value, at);
    if (problem) return problem;
  }
  return undefined;
}
