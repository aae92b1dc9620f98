import * as z from 'zod';
import { toIndividual } from './envelope.schema.ts';
import { reactionContentSchema } from './text-and-media.schema.ts';

/** The parts of a reaction. */
export const reaction = { type: z.literal('reaction'), reaction: reactionContentSchema };

/** A reaction to a message, or its removal. */
export const reactionMessageSchema = toIndividual(reaction).transform(
  ({ messaging_product: _, biz_opaque_callback_data: __, ...message }) => message,
);
