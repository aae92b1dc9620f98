import { type ApiMethod, apiMethod } from '../../shared/http/api.ts';
import { byteLength } from '../../shared/sqs.ts';
import type { ItemImage } from './events-of-change.ts';
import { messageEntry } from './message-entry.ts';
import { type ConversationPorts, ownConversation } from './own-conversation.ts';
import type { MessageEntry, MessagesAnswer } from './reading-answers.schema.ts';
import {
  type MessagesQuery,
  messagesQuerySchema,
  writtenCursor,
} from './reading-request.schema.ts';
import type { ItemPlace } from './stored-events.port.ts';

/** What listing messages needs from outside. */
export interface ListMessagesPorts extends ConversationPorts {
  report(error: unknown): void;
}

/** Lambda answers 6 MB at most, and a message has up to 256 KiB. Source: Lambda Developer Guide, "Quotas". */
const maxAnswerBytes = 4 * 1024 * 1024;

/** A conversation may consist of other events for long: then a page is short. */
const maxPages = 5;

/** Items that are read at once, at least. */
const minItems = 25;

/** GET `/whatsapp-messages`: a conversation, newest first. */
export function listMessages(ports: ListMessagesPorts): ApiMethod {
  return apiMethod({
    input: { query: messagesQuerySchema },
    handle: async (query) => ({ status: 200, body: await messagesAnswer(query, ports) }),
  });
}

/** @throws Problem `not-found` where the conversation is not the organisation's */
async function messagesAnswer(
  { organizationId, conversationId, limit, cursor }: MessagesQuery,
  ports: ListMessagesPorts,
): Promise<MessagesAnswer> {
  await ownConversation(organizationId, { conversationId }, ports);
  const data: MessageEntry[] = [];
  let bytes = 0;
  let after: ItemPlace | undefined = cursor && { pk: cursor.pk, order: cursor.order };
  const answer = (place: ItemPlace | undefined) => ({
    data,
    ...(place ? { nextCursor: writtenCursor({ conversationId, ...place }) } : {}),
  });
  for (let pages = 0; pages < maxPages; pages++) {
    const page = await ports.events.ofConversation(conversationId, {
      ...{ after, limit: Math.max(limit, minItems), newestFirst: true },
    });
    for (const { place, image } of page.items) {
      const entry = image['organizationId'] === organizationId ? entryOf(image, ports) : undefined;
      const size = entry ? byteLength(JSON.stringify(entry)) : 0;
      if (entry && (data.length === limit || (data.length > 0 && bytes + size > maxAnswerBytes))) {
        return answer(after);
      }
      after = place;
      bytes += size;
      data.push(...(entry ? [entry] : []));
    }
    after = page.next;
    if (!after || data.length === limit) {
      break;
    }
  }
  return answer(after);
}

/** One entry that cannot be read must not hide the others. */
function entryOf(item: ItemImage, { report }: ListMessagesPorts): MessageEntry | undefined {
  try {
    return messageEntry(item);
  } catch (error) {
    report(error);
    return undefined;
  }
}
