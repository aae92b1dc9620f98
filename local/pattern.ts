import { BootError } from './boot-error.ts';
import { isRecord } from './template/intrinsics.ts';

/** Tells whether an event, or a part of one, is what a pattern describes. */
export type Matcher = (event: unknown) => boolean;

const comparisons: Record<string, (operand: unknown, at: string) => Matcher> = {
  prefix: (operand, at) => {
    const start = text(operand, at);
    return (value) => typeof value === 'string' && value.startsWith(start);
  },
  suffix: (operand, at) => {
    const end = text(operand, at);
    return (value) => typeof value === 'string' && value.endsWith(end);
  },
  exists: (operand) => (value) => (value !== undefined) === operand,
  'anything-but': (operand, at) => {
    const excluded = isRecord(operand) ? [alternative(operand, at)] : [operand].flat().map(equals);
    return (value) => value !== undefined && !excluded.some((matches) => matches(value));
  },
};

const equals =
  (expected: unknown): Matcher =>
  (value) =>
    value === expected;

function text(operand: unknown, at: string): string {
  if (typeof operand === 'string') return operand;
  throw new BootError(`The pattern's ${at} needs a string`);
}

function alternative(pattern: unknown, at: string): Matcher {
  if (!isRecord(pattern)) return equals(pattern);
  const [[name, operand] = ['', undefined], ...more] = Object.entries(pattern);
  const compare = comparisons[name];
  if (!compare || more.length > 0) {
    throw new BootError(`The local run does not know the pattern's ${at}.${name}`);
  }
  return compare(operand, `${at}.${name}`);
}

/**
 * Compiles the patterns that event source mappings filter by and EventBridge rules match by: nested
 * objects of lists of alternatives (a value, prefix, suffix, exists, anything-but). Throws a
 * `BootError` for every other operator.
 * Source: EventBridge User Guide, Creating event patterns; Lambda Developer Guide, Event filtering.
 */
export function compilePattern(pattern: unknown, at = 'pattern'): Matcher {
  if (Array.isArray(pattern)) {
    const alternatives = pattern.map((item) => alternative(item, at));
    return (event) => {
      const values = Array.isArray(event) ? event : [event];
      return values.some((value) => alternatives.some((matches) => matches(value)));
    };
  }
  if (!isRecord(pattern)) throw new BootError(`The pattern's ${at} must be a list`);
  const fields = Object.entries(pattern).map(([key, part]) => {
    if (key.startsWith('$')) throw new BootError(`The local run does not know ${at}.${key}`);
    return [key, compilePattern(part, `${at}.${key}`)] as const;
  });
  return (event) =>
    fields.every(([key, matches]) => matches(isRecord(event) ? event[key] : undefined));
}
