import * as z from 'zod';
import type { Delivered } from './delivered.schema.ts';

const said = z.looseObject({ body: z.string().optional(), caption: z.string().optional() });
const file = z.looseObject({
  id: z.string().optional(),
  caption: z.string().optional(),
  voice: z.boolean().optional(),
});
const titled = z.looseObject({ title: z.string().optional() });

const contentSchema = z.looseObject({
  type: z.string().optional(),
  text: said.optional(),
  image: file.optional(),
  video: file.optional(),
  audio: file.optional(),
  document: file.optional(),
  sticker: file.optional(),
  button: z.looseObject({ text: z.string().optional() }).optional(),
  interactive: z
    .looseObject({ button_reply: titled.optional(), list_reply: titled.optional() })
    .optional(),
});

const messageSchema = contentSchema.extend({
  id: z.string().optional(),
  from: z.string().optional(),
  from_user_id: z.string().optional(),
  context: z.looseObject({ id: z.string().optional() }).optional(),
  reaction: z
    .looseObject({ message_id: z.string().optional(), emoji: z.string().optional() })
    .optional(),
  edit: z
    .looseObject({ original_message_id: z.string().optional(), message: contentSchema.optional() })
    .optional(),
  revoke: z.looseObject({ original_message_id: z.string().optional() }).optional(),
});

/** What a record says of a message that was handed on in Meta's own form. @throws ZodError otherwise */
export function recordOfMessage(json: unknown): Delivered {
  const message = messageSchema.parse(json);
  const { context, reaction, edit, revoke } = message;
  const media =
    message.image ?? message.video ?? message.audio ?? message.document ?? message.sticker;
  return {
    // A system message is Meta's word on the customer, not the customer's.
    kind: message.type === 'system' ? 'other' : 'message',
    id: message.id,
    type: message.type,
    from: message.from,
    userId: message.from_user_id,
    text: textOf(edit?.message ?? message),
    target:
      reaction?.message_id ??
      edit?.original_message_id ??
      revoke?.original_message_id ??
      context?.id,
    emoji: reaction?.emoji,
    media: media?.id,
    voice: media?.voice,
    ...(message.type === 'system' && { message }),
  };
}

function textOf(content: z.output<typeof contentSchema>): string | undefined {
  const { interactive } = content;
  return (
    content.text?.body ??
    content.image?.caption ??
    content.video?.caption ??
    content.document?.caption ??
    content.button?.text ??
    (interactive?.button_reply ?? interactive?.list_reply)?.title
  );
}
