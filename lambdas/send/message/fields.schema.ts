import * as z from 'zod';
import { isJsonObject } from '../../../shared/json.ts';

/**
 * How many characters Meta's limits count: code points, so that an emoji outside the basic plane is one.
 * Meta does not say how it counts; of the usual ways this refuses least, and Meta has the last word.
 */
export function countCharacters(text: string): number {
  return [...text].length;
}

/**
 * A string of `min` to `max` characters. The limits stand beside the rules for the published JSON Schema,
 * which counts as `countCharacters` does.
 */
export function textSchema(max: number, min: 0 | 1 = 1) {
  return z
    .string()
    .refine((text) => text.length >= min, 'must not be empty')
    .refine((text) => countCharacters(text) <= max, {
      error: ({ input }) =>
        `must be at most ${max} characters, has ${countCharacters(String(input))}`,
    })
    .meta({ minLength: min, maxLength: max });
}

/** A list of `min` to `max` of what `items` names in the plural; published with its limits. */
export function listSchema<Item extends z.ZodType>(
  item: Item,
  { min = 1, max, items }: { min?: number; max: number; items: string },
) {
  return z
    .array(item)
    .refine((list) => list.length >= min && list.length <= max, {
      error: ({ input }) =>
        `must have ${min} to ${max} ${items}, has ${Array.isArray(input) ? input.length : 0}`,
      when: ({ value }) => Array.isArray(value),
    })
    .meta({ minItems: min, maxItems: max });
}

/** Tells whether no two items give the same key. */
export function areUnique<Item>(items: readonly Item[], keyOf: (item: Item) => unknown): boolean {
  return new Set(items.map(keyOf)).size === items.length;
}

/**
 * For a rule on which fields an object has: checked also where one of them is wrong, which zod leaves
 * out otherwise, so that every problem is told at once. Such a rule may rely on no field's type.
 */
export const evenIfWrong = {
  when: ({ value }: { value: unknown }) => isJsonObject(value),
};

/** What a discriminated union says of a kind that it does not know. */
export function unknownKind(message: string) {
  return {
    error: ({ code }: { code?: string | undefined }) =>
      code === 'invalid_union' ? message : undefined,
  };
}

/** The id of something that Meta keeps: media, a catalogue, a flow. */
export const graphIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,128}$/, 'must be 1 to 128 letters, digits, _ or -');

/** A message's id (`wamid...`); the limit is ours, far above what Meta gives. */
export const messageIdSchema = z
  .string()
  .regex(/^\S{1,512}$/, 'must be a message id: 1 to 512 characters without spaces');

/** A product's id in the business's catalogue; the limit is ours. */
export const productRetailerIdSchema = textSchema(256);
