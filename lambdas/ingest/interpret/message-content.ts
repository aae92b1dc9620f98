import type { PendingMedia } from '../../../shared/events/inbox-event.schema.ts';
import { type JsonObject, parseJson } from '../../../shared/json.ts';
import { metaEditSchema, metaRevokeSchema } from './edit.schema.ts';
import {
  type MetaMessage,
  metaFormReplySchema,
  metaMediaSchema,
  metaPayloadSchemas,
  metaReactionSchema,
} from './meta.schema.ts';

/** What a message says, by its type. */
export type Content =
  | { kind: 'received'; media?: PendingMedia; parsed?: unknown }
  | { kind: 'reaction'; targetMessageId: string; emoji: string | null }
  | { kind: 'edited'; originalMessageId: string; message: JsonObject }
  | { kind: 'revoked'; originalMessageId: string }
  | { kind: 'unrecognised'; reason: 'not-supported' | 'malformed' };

/** Media types by message type. `voice` is what the on-premises API called a voice note. */
const mediaKinds = new Map<string | undefined, PendingMedia['kind']>([
  ['image', 'image'],
  ['video', 'video'],
  ['audio', 'audio'],
  ['voice', 'audio'],
  ['document', 'document'],
  ['sticker', 'sticker'],
]);

/**
 * Tells what a message of a customer's says. Total: a type nobody knows and an object that is not what
 * its type promises are answers too. Source: Meta, Webhooks reference, messages.
 * @param element the message as Meta sent it, of which `message` is the checked part
 */
export function interpretContent(message: MetaMessage, element: JsonObject): Content {
  const { type, hasText } = message;
  // Most messages are texts: their payload is checked with the rest of them.
  if (type === 'text') {
    return hasText ? received : malformed;
  }
  const payload = type === undefined ? undefined : element[type];
  const schema = metaPayloadSchemas.get(type);
  if (schema) {
    if (!schema.safeParse(payload).success) {
      return malformed;
    }
    return type === 'interactive' ? { kind: 'received', ...parsedReply(payload) } : received;
  }
  const kind = mediaKinds.get(type);
  if (kind) {
    const media = metaMediaSchema.safeParse(payload).data;
    return media ? { kind: 'received', media: pendingMedia(kind, type, media) } : malformed;
  }
  if (type === 'reaction') {
    const reaction = metaReactionSchema.safeParse(payload).data;
    return reaction
      ? {
          kind: 'reaction',
          targetMessageId: reaction.message_id,
          emoji: reaction.emoji ?? null,
        }
      : malformed;
  }
  if (type === 'edit') {
    const edit = metaEditSchema.safeParse(payload).data;
    return edit
      ? { kind: 'edited', originalMessageId: edit.original_message_id, message: edit.message }
      : malformed;
  }
  if (type === 'revoke') {
    const revoke = metaRevokeSchema.safeParse(payload).data;
    return revoke ? { kind: 'revoked', originalMessageId: revoke.original_message_id } : malformed;
  }
  return { kind: 'unrecognised', reason: 'not-supported' };
}

/** What a completed form says: any JSON value, and nothing where it is no JSON. */
function parsedReply(payload: unknown): { parsed?: unknown } {
  const reply = metaFormReplySchema.safeParse(payload).data;
  const json = reply ? parseJson(reply.nfm_reply.response_json) : undefined;
  return json?.ok ? { parsed: json.value } : {};
}

const received: Content = { kind: 'received' };
const malformed: Content = { kind: 'unrecognised', reason: 'malformed' };

function pendingMedia(
  kind: PendingMedia['kind'],
  type: string | undefined,
  media: ReturnType<typeof metaMediaSchema.parse>,
): PendingMedia {
  const voice = media.voice === true || type === 'voice';
  return {
    state: 'pending',
    kind,
    mimeType: media.mime_type ?? 'application/octet-stream',
    ...(voice ? { voice } : {}),
    ...(media.filename === undefined ? {} : { filename: media.filename }),
  };
}
