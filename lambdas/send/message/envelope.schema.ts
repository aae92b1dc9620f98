import * as z from 'zod';
import { evenIfWrong, messageIdSchema, unknownKind } from './fields.schema.ts';
import { groupRecipient, individualRecipient } from './recipient.schema.ts';

/** What is no part of the message: the one says nothing, the other is for us to say. */
const envelope = {
  messaging_product: z.literal('whatsapp').optional(),
  biz_opaque_callback_data: z
    .never('is set by this system; use clientReference beside the message')
    .optional(),
};

/** The message that is answered. Source: Meta, "Contextual replies". */
export const reply = { context: z.strictObject({ message_id: messageIdSchema }).optional() };

/** A message of these parts to one person. */
export function toIndividual<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .strictObject({ ...envelope, ...individualRecipient, ...shape })
    .refine((message) => 'to' in message || 'recipient' in message, {
      error: 'is required, unless recipient is given',
      path: ['to'],
      ...evenIfWrong,
    });
}

/** A message of these parts to a group. */
export function toGroup<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...envelope, ...groupRecipient, ...shape });
}

/** What a message says that is neither. */
export const eitherRecipient = unknownKind('must be individual or group');
