import * as z from 'zod';
import { textSchema } from './fields.schema.ts';
import { filenameSchema, mediaSchema } from './media.schema.ts';

/** An interactive message's text under its body. */
export const footer = () => ({
  footer: z.strictObject({ text: textSchema(60) }).optional(),
});

/** An interactive message's main text. */
export const bodySchema = () => z.strictObject({ text: textSchema(1024) });

/** A header of text alone. */
export const textHeaderSchema = () =>
  z.strictObject({ type: z.literal('text'), text: textSchema(60) });

const imageHeaderSchema = () =>
  z.strictObject({ type: z.literal('image'), image: mediaSchema({}) });

const videoHeaderSchema = () =>
  z.strictObject({ type: z.literal('video'), video: mediaSchema({}) });

const documentHeaderSchema = () =>
  z.strictObject({
    type: z.literal('document'),
    document: mediaSchema({ filename: filenameSchema.optional() }),
  });

/** A header of any kind. */
export const headerSchema = () =>
  z.discriminatedUnion('type', [
    textHeaderSchema(),
    imageHeaderSchema(),
    videoHeaderSchema(),
    documentHeaderSchema(),
  ]);

/** The header of a carousel's card. */
export const cardHeaderSchema = () =>
  z.discriminatedUnion('type', [imageHeaderSchema(), videoHeaderSchema()]);

/** What a button is called. */
export const buttonLabelSchema = () => textSchema(20);

/** What a reply button sends back, and what it is called. */
export const replySchema = () =>
  z.strictObject({ id: textSchema(256), title: buttonLabelSchema() });
