import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import { isJsonObject } from '../../../shared/json.ts';
import { recipientOf } from './echo.ts';
import type { Direction } from './edit.ts';
import {
  type MetaHistory,
  type MetaHistoryMessage,
  metaHistoryMessageSchema,
  metaHistorySchema,
  metaThreadSchema,
} from './history.schema.ts';
import {
  type Draft,
  event,
  type Interpretation,
  malformed,
  type NumberFacts,
  quarantined,
} from './interpretation.ts';
import { eventIdentity, messageIdentity } from './item-identity.ts';
import { senderOf } from './message.ts';
import { interpretContent } from './message-content.ts';
import { metaTime } from './meta-time.ts';
import { businessPhoneOf, type ContactBook, personIds, withoutAbsent } from './person.ts';
import { errorOf } from './status.ts';

/** Source: Meta, "Onboarding WhatsApp Business app users", history: the owner turned sharing off. */
const historyDeclined = 2593109;

/** One of a history's `history[]`: a chunk of many threads, how far the sync is, or why there is none. */
export function interpretHistory(facts: NumberFacts): readonly Interpretation[] {
  const history = metaHistorySchema.safeParse(facts.element).data;
  if (!history) {
    return [malformed];
  }
  const found = history.threads.flatMap((thread) => threadDrafts(thread, facts));
  const messages = found.filter((draft) => draft !== undefined);
  const drafts = [...messages, ...progressDrafts(history, facts)].map((draft, index) => ({
    ...draft,
    index,
  }));
  // What is set aside is the whole chunk: once is enough, however many of its messages have no id.
  const hasLost = messages.length < found.length;
  if (drafts.length === 0) {
    return [hasLost ? quarantined : malformed];
  }
  return [{ kind: 'events', drafts }, ...(hasLost ? [quarantined] : [])];
}

/**
 * One of a history's `messages[]` or `message_echoes[]`: the file that a placeholder of an earlier
 * chunk stood for. Source: Meta, Webhooks reference, history, media messages.
 */
export function interpretHistoryMedia(facts: NumberFacts): readonly Interpretation[] {
  const draft = importedDraft(facts.element, {}, facts);
  return draft ? event(draft) : [quarantined];
}

/** The messages of a thread, undefined for each that has no id. */
function threadDrafts(thread: unknown, facts: NumberFacts): (Draft | undefined)[] {
  const { data } = metaThreadSchema.safeParse(thread);
  if (!data) {
    return [undefined];
  }
  const { id, context } = data;
  const isNamed = [id, context?.wa_id, context?.user_id].some((name) => name !== undefined);
  const customer = isNamed
    ? facts.contacts.personOf({
        phone: context?.wa_id ?? id,
        userId: context?.user_id ?? id,
        parentUserId: context?.parent_user_id,
      })
    : {};
  const username = customer.username ?? context?.username;
  const named = withoutAbsent({ ...customer, username });
  return data.messages.map((message) => importedDraft(message, named, facts));
}

/** @param customer whose thread it is, as far as that is known */
function importedDraft(
  element: unknown,
  customer: Contact,
  { collection, change, contacts, phoneNumberId, receivedAt }: NumberFacts,
): Draft | undefined {
  const message = metaHistoryMessageSchema.safeParse(element).data;
  if (!message || !isJsonObject(element)) {
    return undefined;
  }
  const { id, type, group_id: groupId, history_context: context } = message;
  const direction =
    collection === 'message_echoes'
      ? 'outbound'
      : directionOf(message, customer, businessPhoneOf(change.value));
  const content = interpretContent(message, element);
  const media = content.kind === 'received' ? content.media : undefined;
  return {
    // The file that a placeholder stands for comes later under the same id.
    identity: messageIdentity(
      phoneNumberId,
      id,
      ...(type === 'media_placeholder' ? ['placeholder'] : []),
    ),
    occurredAt: metaTime(message.timestamp, receivedAt),
    contact: isKnown(customer) ? customer : correspondentOf(message, direction, contacts),
    groupId,
    body: {
      type: 'message.imported',
      direction,
      message: { ...element, id },
      ...(media ? { media } : {}),
      ...(context?.status === undefined ? {} : { status: context.status }),
    },
  };
}

function isKnown({ waId, userId }: Contact): boolean {
  return waId !== undefined || userId !== undefined;
}

function correspondentOf(
  message: MetaHistoryMessage,
  direction: Direction,
  contacts: ContactBook,
): Contact {
  return direction === 'inbound' ? senderOf(message, contacts) : recipientOf(message, contacts);
}

/**
 * Who wrote a message of a history: a chunk has both sides' messages and no word for it. A business
 * always has a phone number and never a BSUID; a customer may be known by either.
 */
function directionOf(
  message: MetaHistoryMessage,
  customer: Contact,
  businessNumber: string | undefined,
): Direction {
  const sender = personIds({ phone: message.from, userId: message.from_user_id });
  const recipient = personIds({ phone: message.to, userId: message.to_user_id });
  const isToCustomer =
    recipient.userId !== undefined ||
    (recipient.phone !== undefined && recipient.phone !== businessNumber);
  if (sender.userId !== undefined) {
    return 'inbound';
  }
  if (sender.phone === undefined) {
    return isToCustomer ? 'outbound' : 'inbound';
  }
  if (sender.phone === businessNumber) {
    return 'outbound';
  }
  if (sender.phone === customer.waId) {
    return 'inbound';
  }
  // The number that Meta displays and the one that it sends from differ in some countries.
  return isToCustomer || isKnown(customer) ? 'outbound' : 'inbound';
}

/** How far a sync is, or why there is none; nothing where a chunk says neither. */
function progressDrafts(
  { metadata, errors }: MetaHistory,
  { change, organizationId, phoneNumberId, receivedAt }: NumberFacts,
): Draft[] {
  const phase = metadata?.phase;
  const chunkOrder = metadata?.chunk_order;
  const percent = metadata?.progress;
  const [first] = errors ?? [];
  const place = [phase, chunkOrder, percent, first?.code];
  if (place.every((part) => part === undefined)) {
    return [];
  }
  return [
    {
      identity: eventIdentity(
        ...[organizationId, phoneNumberId, 'history', String(change.entryTime ?? '')],
        ...place.map((part) => String(part ?? '')),
      ),
      occurredAt: metaTime(change.entryTime, receivedAt),
      body: {
        type: 'history.progress',
        ...(phase === undefined ? {} : { phase }),
        ...(chunkOrder === undefined ? {} : { chunkOrder }),
        ...(percent === undefined ? {} : { percent }),
        declined: first?.code === historyDeclined,
        ...errorOf({ errors }),
      },
    },
  ];
}
