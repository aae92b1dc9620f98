import { windowSlackMs } from '../../shared/conversations/conversation-item.ts';
import type { Contact } from '../../shared/events/event-parts.schema.ts';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { statusSubjectAttribute, statusSubjectSchema } from '../../shared/events/message-item.ts';
import { type ApiMethod, apiMethod } from '../../shared/http/api.ts';
import type { ItemImage } from './events-of-change.ts';
import { eventOf } from './message-entry.ts';
import { type ConversationPorts, ownConversation } from './own-conversation.ts';
import type { ConversationAnswer } from './reading-answers.schema.ts';
import { type ConversationQuery, conversationQuerySchema } from './reading-request.schema.ts';

/** GET `/whatsapp-conversation`: whom a business number talks to, and what may be sent to them. */
export function readConversation(ports: ConversationPorts): ApiMethod {
  return apiMethod({
    input: { query: conversationQuerySchema },
    handle: async (query) => ({ status: 200, body: await conversationAnswer(query, ports) }),
  });
}

/** @throws Problem `not-found` */
async function conversationAnswer(
  { organizationId, address }: ConversationQuery,
  ports: ConversationPorts,
): Promise<ConversationAnswer> {
  const { conversation, newest } = await ownConversation(organizationId, address, ports);
  const { conversationId, windowUpTo, marketing, profile = {} } = conversation;
  const events = newest.map(eventOf).filter((event) => event !== undefined);
  const groupId = events.map(groupOf).find((id) => id !== undefined);
  const phoneNumberId =
    conversation.phoneNumberId ?? newest.map(numberOf).find((number) => number !== undefined);
  const asked = {
    ...('phone' in address ? { phone: `+${address.phone}`, waId: address.phone } : {}),
    ...('userId' in address ? { userId: address.userId } : {}),
  };
  return {
    ...{ organizationId, conversationId },
    ...(phoneNumberId === undefined ? {} : { phoneNumberId }),
    ...(groupId === undefined ? {} : { groupId }),
    contact:
      groupId === undefined ? newestOfEach([...newest.flatMap(contactsOf), profile, asked]) : {},
    window: windowOf(events, windowUpTo),
    marketing: {
      optedOut: marketing?.value === 'stop',
      ...(marketing ? { at: marketing.at } : {}),
    },
  };
}

function contactsOf(item: ItemImage): Contact[] {
  const event = eventOf(item);
  // A change tells of the person twice.
  const now = event?.type === 'contact.changed' ? (event.current ?? {}) : {};
  const status = item[statusSubjectAttribute];
  const subject = status === undefined ? undefined : statusSubjectSchema.parse(JSON.parse(status));
  return [now, event?.contact ?? {}, subject?.contact ?? {}];
}

function newestOfEach(contacts: readonly Readonly<Partial<Contact>>[]): Contact {
  const said = contacts
    .toReversed()
    .flatMap((contact) => Object.entries(contact).filter(([, value]) => value !== undefined));
  return Object.fromEntries(said);
}

function numberOf(item: ItemImage): string | undefined {
  const status = item[statusSubjectAttribute];
  return (
    eventOf(item)?.phoneNumberId ??
    (status === undefined ? undefined : statusSubjectSchema.parse(JSON.parse(status)).phoneNumberId)
  );
}

function groupOf(event: InboxEvent): string | undefined {
  const groupId = 'message' in event ? event.message['group_id'] : undefined;
  return typeof groupId === 'string' ? groupId : undefined;
}

/** What is written of a window is coarse: only an event that opened one says when exactly it closes. */
function windowOf(
  events: readonly InboxEvent[],
  windowUpTo: string | undefined,
): ConversationAnswer['window'] {
  const [exact] = events
    .flatMap((event) => ('window' in event && event.window ? [event.window.expiresAt] : []))
    .sort()
    .toReversed();
  const latest = exact && new Date(Date.parse(exact) + windowSlackMs).toISOString();
  if (exact !== undefined && (windowUpTo === undefined || windowUpTo <= (latest ?? ''))) {
    return { known: true, expiresAt: exact };
  }
  return { known: false, ...(windowUpTo === undefined ? {} : { expiresAt: windowUpTo }) };
}
