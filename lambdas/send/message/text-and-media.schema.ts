import * as z from 'zod';
import { messageIdSchema, textSchema } from './fields.schema.ts';
import { filenameSchema, mediaSchema } from './media.schema.ts';

/** Source: Meta, "Text messages". */
export const textContentSchema = z.strictObject({
  body: textSchema(4096),
  preview_url: z.boolean().optional(),
});

const caption = { caption: textSchema(1024).optional() };

/** Of an image or a video. Source: Meta, "Image messages", "Video messages". */
export const captionedMediaSchema = mediaSchema(caption);

/** Source: Meta, "Audio messages": no caption; `voice` shows it as a voice message. */
export const audioContentSchema = mediaSchema({ voice: z.boolean().optional() });

/** Source: Meta, "Document messages". */
export const documentContentSchema = mediaSchema({
  ...caption,
  filename: filenameSchema.optional(),
});

/** Source: Meta, "Sticker messages". */
export const stickerContentSchema = mediaSchema({});

const emojiFormat = /^\p{RGI_Emoji}$/v;

/** What may stand as a character of text or as an emoji, and is written without saying which. */
const withoutPresentation =
  /(?!\p{Emoji_Presentation})\p{Extended_Pictographic}(?![\uFE0F\p{Emoji_Modifier}])|[#*0-9](?=\u20E3)/gu;

/** Phones and desktops send a heart as U+2764 alone, which in Unicode is an emoji only with U+FE0F. */
function isEmoji(text: string): boolean {
  return emojiFormat.test(text) || emojiFormat.test(text.replace(withoutPresentation, '$&\uFE0F'));
}

/** Source: Meta, "Reaction messages": an empty emoji takes the reaction back. */
export const reactionContentSchema = z.strictObject({
  message_id: messageIdSchema,
  emoji: z
    .string()
    .refine((text) => text === '' || isEmoji(text), 'must be one emoji, or empty to remove it'),
});

/** Source: Meta, "Groups: pin messages". */
export const pinContentSchema = z.strictObject({
  type: z.enum(['pin', 'unpin']),
  message_id: messageIdSchema,
  expiration_days: z.int().min(1).max(30).optional(),
});
