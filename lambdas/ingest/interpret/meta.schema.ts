import * as z from 'zod';
import * as mini from 'zod/mini';
import { isJsonObject, type JsonObject } from '../../../shared/json.ts';

/** Tolerant in every respect that costs nothing: "" is absent, a number is its digits, rubbish is absent. */
export const optionalText = optionalOf(textIn);

function textIn(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text !== '' ? text : undefined;
}

/** A number, or its digits as text; anything else is absent. */
export const optionalNumber = z.pipe(
  optionalText,
  mini.transform((text) =>
    text !== undefined && /^\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : undefined,
  ),
);

/** An object, uncopied; anything else is absent. */
const optionalObject = optionalOf((value): JsonObject | undefined =>
  isJsonObject(value) ? value : undefined,
);

/** As `zod/mini` does it: the transforms of `zod` take twice as long, and a status has fifteen of them. */
function optionalOf<Output>(read: (value: unknown) => Output) {
  return mini.optional(mini.transform(read));
}

/** An array; a lone object is an array of one, anything else is empty. */
export const metaList = z
  .unknown()
  .transform((value): readonly unknown[] =>
    Array.isArray(value) ? value : isJsonObject(value) ? [value] : [],
  )
  .prefault([]);

/** `value.contacts[]`: who the other elements are about. */
export const metaContactSchema = optionalOf((contact) => {
  if (!isJsonObject(contact)) {
    return undefined;
  }
  const { wa_id, user_id, parent_user_id, profile } = contact;
  const { name, username } = isJsonObject(profile) ? profile : {};
  return {
    wa_id: textIn(wa_id),
    user_id: textIn(user_id),
    parent_user_id: textIn(parent_user_id),
    name: textIn(name),
    username: textIn(username),
  };
});

/** What every `messages[]` element may have; only the id is needed to keep it apart from others. */
export const metaMessageSchema = z.object({
  id: z.string().min(1),
  type: optionalText,
  timestamp: z.unknown().optional(),
  from: optionalText,
  from_user_id: optionalText,
  from_parent_user_id: optionalText,
  to: optionalText,
  to_user_id: optionalText,
  to_parent_user_id: optionalText,
  group_id: optionalText,
});

/** A `messages[]` element. */
export type MetaMessage = z.output<typeof metaMessageSchema>;

/** The object of a media message. Source: Meta, Webhooks reference, messages: image, audio, ... */
export const metaMediaSchema = z.object({
  id: z.string().min(1),
  mime_type: optionalText,
  filename: optionalText,
  voice: z.boolean().optional().catch(undefined),
});

/** The object of a reaction; without an emoji it takes the reaction back. */
export const metaReactionSchema = z.object({
  message_id: z.string().min(1),
  emoji: optionalText,
});

/** The answer to a flow or another form, as JSON in a string. Source: Meta, Webhooks reference, messages: interactive. */
export const metaFormReplySchema = z.object({
  nfm_reply: z.object({ response_json: z.string() }),
});

/** What the other message types need to have to be what they say: all else is passed on untouched. */
export const metaPayloadSchemas: Readonly<Record<string, z.ZodType>> = {
  text: z.object({ body: z.string() }),
  location: z.object({ latitude: z.coerce.number(), longitude: z.coerce.number() }),
  contacts: z.array(z.looseObject({})),
  interactive: z.object({ type: z.string() }),
  button: z.looseObject({}),
  order: z.looseObject({}),
  // These say all they have to say by their type.
  request_welcome: z.unknown(),
  unsupported: z.unknown(),
  unknown: z.unknown(),
};

/** Why something failed. Source: Meta, "Error codes". */
export const metaErrorsSchema = z
  .array(
    z.object({
      // Not coerced: "" and null would be 0, which is a code.
      code: optionalNumber.pipe(z.number()),
      title: optionalText,
      error_data: z.object({ details: optionalText }).optional().catch(undefined),
    }),
  )
  .optional()
  .catch(undefined);

/** A `statuses[]` element. Both spellings where Meta's pages have two. */
export const metaStatusSchema = z.object({
  id: z.string().min(1),
  status: z.string().min(1).max(64),
  type: optionalText,
  timestamp: z.unknown().optional(),
  recipient_id: optionalText,
  recipient_user_id: optionalText,
  recipient_parent_user_id: optionalText,
  parent_recipient_user_id: optionalText,
  recipient_type: optionalText,
  group_id: optionalText,
  biz_opaque_callback_data: optionalText,
  pricing: optionalObject,
  errors: metaErrorsSchema,
});

/** Of a status of a group, whose it is. Both spellings where Meta's pages have two. */
export const metaParticipantSchema = z.object({
  recipient_participant_id: optionalText,
  participant_recipient_id: optionalText,
  recipient_participant_user_id: optionalText,
  recipient_participant_parent_user_id: optionalText,
});

/** A `statuses[]` element. */
export type MetaStatus = z.output<typeof metaStatusSchema>;
