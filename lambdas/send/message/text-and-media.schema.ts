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

/** An emoji of one character: the part of RGI_Emoji that is cheap to compile. */
const basicEmoji =
  /^(?:(?!\p{Regional_Indicator})\p{Emoji_Presentation}|(?![#*0-9]|\p{Emoji_Presentation})\p{Emoji}\uFE0F)$/u;

let anyEmoji: RegExp | undefined;

/** Compiled at the first use: as a literal it would cost every cold start some 20 ms of CPU time. */
function isOneEmoji(text: string): boolean {
  if (basicEmoji.test(text)) return true;
  // biome-ignore lint/complexity/useRegexLiterals: V8 compiles a literal when it reads the function.
  anyEmoji ??= new RegExp('^\\p{RGI_Emoji}$', 'v');
  return anyEmoji.test(text);
}

/** What may stand as a character of text or as an emoji, and is written without saying which. */
const withoutPresentation =
  /(?!\p{Emoji_Presentation})\p{Extended_Pictographic}(?![\uFE0F\p{Emoji_Modifier}])|[#*0-9](?=\u20E3)/gu;

/** Phones and desktops send a heart as U+2764 alone, which in Unicode is an emoji only with U+FE0F. */
function isEmoji(text: string): boolean {
  return isOneEmoji(text.replace(withoutPresentation, '$&\uFE0F')) || isOneEmoji(text);
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
