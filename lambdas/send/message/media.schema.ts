import * as z from 'zod';
import { evenIfWrong, graphIdSchema, textSchema } from './fields.schema.ts';

/** Tells whether `link` is an absolute URL of one of the protocols, with no user or password in it. */
function isLink(link: string, protocols: readonly string[]): boolean {
  // The URL parser drops spaces and line breaks that Meta would get to see.
  const url = /\s/.test(link) ? null : URL.parse(link);
  return (
    url !== null && protocols.includes(url.protocol) && url.username === '' && url.password === ''
  );
}

/** Where a tap leads. */
export function webLinkSchema(max: number) {
  return textSchema(max).refine(
    (link) => isLink(link, ['https:', 'http:']),
    'must be an absolute http or https URL without user and password',
  );
}

const mediaLinkSchema = textSchema(2048).refine(
  (link) => isLink(link, ['https:']),
  'must be an absolute https URL without user and password',
);

/**
 * A file, by the id of an upload or by a link that Meta fetches, with what its kind takes beside it.
 * Source: Meta, "Media".
 */
export function mediaSchema<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .strictObject({
      id: graphIdSchema.optional(),
      link: mediaLinkSchema.optional(),
      ...shape,
    })
    .refine((media) => 'id' in media !== 'link' in media, {
      error: 'must have either id or link',
      ...evenIfWrong,
    });
}

/** The name that a document is shown under; its ending decides the icon. */
export const filenameSchema = textSchema(240);

function isNumeric(value: string | number): boolean {
  return typeof value === 'number' || /^[+-]?\d{1,3}(\.\d+)?$/.test(value);
}

/** A coordinate in degrees, as number or as string of one. */
function degreesSchema(max: number) {
  const error = `must be a number between -${max} and ${max}`;
  return z
    .union([z.number(), z.string()], { error })
    .refine((degrees) => isNumeric(degrees) && Math.abs(Number(degrees)) <= max, error);
}

/** A place; the lengths are ours. Source: Meta, "Location messages". */
export const locationSchema = z.strictObject({
  latitude: degreesSchema(90),
  longitude: degreesSchema(180),
  name: textSchema(1024).optional(),
  address: textSchema(1024).optional(),
});
