import * as z from 'zod';
import { contactsContentSchema } from './contacts.schema.ts';
import { eitherRecipient, reply, toGroup, toIndividual } from './envelope.schema.ts';
import { unknownKind } from './fields.schema.ts';
import { interactiveContentSchema } from './interactive.schema.ts';
import { locationSchema } from './media.schema.ts';
import { reaction } from './reaction-message.schema.ts';
import { template } from './template-message.schema.ts';
import {
  audioContentSchema,
  captionedMediaSchema,
  documentContentSchema,
  pinContentSchema,
  stickerContentSchema,
  textContentSchema,
} from './text-and-media.schema.ts';

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
const pin = { type: z.literal('pin'), pin: pinContentSchema };

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
