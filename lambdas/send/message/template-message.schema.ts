import * as z from 'zod';
import { eitherRecipient, reply, toGroup, toIndividual } from './envelope.schema.ts';
import { templateContentSchema } from './template.schema.ts';

/** The parts of a template message. */
export const template = { type: z.literal('template'), template: templateContentSchema, ...reply };

/** A template message. */
export const templateMessageSchema = z
  .discriminatedUnion(
    'recipient_type',
    [toIndividual(template), toGroup(template)],
    eitherRecipient,
  )
  .transform(({ messaging_product: _, biz_opaque_callback_data: __, ...message }) => message);
