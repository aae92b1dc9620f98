import * as z from 'zod';
import { contactsContentSchema } from './contacts.schema.ts';
import { evenIfWrong, messageIdSchema, unknownKind } from './fields.schema.ts';
import { interactiveContentSchema } from './interactive.schema.ts';
import { locationSchema } from './media.schema.ts';
import { groupRecipient, individualRecipient } from './recipient.schema.ts';
import { templateContentSchema } from './template.schema.ts';
import {
  audioContentSchema,
  captionedMediaSchema,
  documentContentSchema,
  pinContentSchema,
  reactionContentSchema,
  stickerContentSchema,
  textContentSchema,
} from './text-and-media.schema.ts';

/** What is no part of the message: the one says nothing, the other is for us to say. */
const envelope = {
  messaging_product: z.literal('whatsapp').optional(),
  biz_opaque_callback_data: z
    .never('is set by this system; use clientReference beside the message')
    .optional(),
};

/** The message that is answered. Source: Meta, "Contextual replies". */
const reply = { context: z.strictObject({ message_id: messageIdSchema }).optional() };

/** Sends without a template outside the customer service window. Source: Meta, "Direct Send". */
const directSend = { category: z.enum(['utility', 'authentication']).optional() };

const directSendKinds = ['button', 'cta_url'];

const text = { type: z.literal('text'), text: textContentSchema, ...reply };
const image = { type: z.literal('image'), image: captionedMediaSchema, ...reply };
const video = { type: z.literal('video'), video: captionedMediaSchema, ...reply };
const audio = { type: z.literal('audio'), audio: audioContentSchema, ...reply };
const document = { type: z.literal('document'), document: documentContentSchema, ...reply };
const sticker = { type: z.literal('sticker'), sticker: stickerContentSchema, ...reply };
const location = { type: z.literal('location'), location: locationSchema, ...reply };
const contacts = { type: z.literal('contacts'), contacts: contactsContentSchema, ...reply };
const interactive = {
  type: z.literal('interactive'),
  interactive: interactiveContentSchema,
  ...reply,
};
const template = { type: z.literal('template'), template: templateContentSchema, ...reply };
const reaction = { type: z.literal('reaction'), reaction: reactionContentSchema };
const pin = { type: z.literal('pin'), pin: pinContentSchema };

function toIndividual<Shape extends z.ZodRawShape>(shape: Shape) {
  return z
    .strictObject({ ...envelope, ...individualRecipient, ...shape })
    .refine((message) => 'to' in message || 'recipient' in message, {
      error: 'is required, unless recipient is given',
      path: ['to'],
      ...evenIfWrong,
    });
}

function toGroup<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject({ ...envelope, ...groupRecipient, ...shape });
}

const toIndividualSchema = z.discriminatedUnion(
  'type',
  [
    toIndividual({ ...text, ...directSend }),
    toIndividual(image),
    toIndividual(video),
    toIndividual(audio),
    toIndividual(document),
    toIndividual(sticker),
    toIndividual(location),
    toIndividual(contacts),
    toIndividual({ ...interactive, ...directSend }).refine(
      (message) =>
        message.category === undefined || directSendKinds.includes(message.interactive.type),
      { error: 'is for text, button and cta_url only', path: ['category'] },
    ),
    toIndividual(template),
    toIndividual(reaction),
  ],
  unknownKind(
    'must be one of text, image, video, audio, document, sticker, location, contacts, interactive, ' +
      'template, reaction; pin is for groups only',
  ),
);

/** Source: Meta, "Groups: send messages". */
const toGroupSchema = z.discriminatedUnion(
  'type',
  [
    toGroup(text),
    toGroup(image),
    toGroup(video),
    toGroup(audio),
    toGroup(document),
    toGroup(sticker),
    toGroup(template),
    toGroup(pin),
  ],
  unknownKind(
    'must be one of text, image, video, audio, document, sticker, template, pin in a group',
  ),
);

const eitherRecipient = unknownKind('must be individual or group');

/**
 * A message as the caller gives it: Meta's own object, of every type. What comes out is what Meta is to
 * be sent beside `messaging_product` and `biz_opaque_callback_data`.
 * Source: Meta, "Messages" reference.
 */
export const outboundMessageSchema = z
  .discriminatedUnion('recipient_type', [toIndividualSchema, toGroupSchema], eitherRecipient)
  .transform(({ messaging_product: _, biz_opaque_callback_data: __, ...message }) => message);

/** A message that Meta may be sent. */
export type OutboundMessage = z.output<typeof outboundMessageSchema>;

/** A template message. */
export const templateMessageSchema = z
  .discriminatedUnion(
    'recipient_type',
    [toIndividual(template), toGroup(template)],
    eitherRecipient,
  )
  .transform(({ messaging_product: _, biz_opaque_callback_data: __, ...message }) => message);

/** A template message. */
export type TemplateMessage = z.output<typeof templateMessageSchema>;

/** A reaction to a message, or its removal. */
export const reactionMessageSchema = toIndividual(reaction).transform(
  ({ messaging_product: _, biz_opaque_callback_data: __, ...message }) => message,
);

/** A reaction to a message, or its removal. */
export type ReactionMessage = z.output<typeof reactionMessageSchema>;

/**
 * Tells whether a message needs an open customer service window. Templates and Direct Send do not, and a
 * group has none. Source: Meta, "Send messages: customer service windows".
 */
export function isFreeForm(message: OutboundMessage): boolean {
  const isDirectSend = 'category' in message && message.category !== undefined;
  return message.type !== 'template' && message.recipient_type !== 'group' && !isDirectSend;
}
