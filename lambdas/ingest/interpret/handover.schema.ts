import * as z from 'zod';
import { optionalText } from './meta.schema.ts';

/** A summary, also where it is not wrapped in an object. */
const summary = z
  .union([z.string().min(1), z.object({ text: z.string().min(1) }).transform(({ text }) => text)])
  .optional()
  .catch(undefined);

/** What an assistant says of a thread, in a value of `messages` or in a handover. */
export const metaConversationContextSchema = z.object({ type: optionalText, summary });

/** The value of `messaging_handovers`. Source: Meta, Webhooks reference, messaging_handovers. */
export const metaHandoverSchema = z.object({
  type: optionalText,
  timestamp: z.unknown().optional(),
  sender: z
    .object({ phone_number: optionalText, user_id: optionalText, parent_user_id: optionalText })
    .optional()
    .catch(undefined),
});

/** The object of a handover that is named like its type. */
export const metaControlSchema = z.object({
  previous_owner_role: optionalText,
  new_owner_role: optionalText,
  conversation_context: metaConversationContextSchema.optional().catch(undefined),
});
