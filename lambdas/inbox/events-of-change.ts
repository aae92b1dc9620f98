import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import {
  eventAttribute,
  eventIdOf,
  importedAttribute,
  isStatusAttribute,
  type SentMessage,
  type StatusEntry,
  sentAttribute,
  sentMessageSchema,
  statusEntrySchema,
  statusSubjectAttribute,
  statusSubjectSchema,
  storedEvent,
} from '../../shared/events/message-item.ts';
import { mergedStatus, timestampsOf } from '../../shared/events/status-merge.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import { isToldAttribute } from '../../shared/sends/send-item.ts';

/** An item of the table, its string attributes by name. */
export type ItemImage = Readonly<Record<string, string>>;

/** An event with the JSON that is sent. */
export interface OutgoingEvent {
  event: InboxEvent;
  json: string;
}

/**
 * The inbox events that a change of an item stands for: each attribute that is new in it is one.
 * The same change always gives the same events with the same ids.
 * @throws PermanentError when the item is not what is written here and on the way of a send.
 */
export function eventsOfChange(before: ItemImage | undefined, after: ItemImage): OutgoingEvent[] {
  const isNew = (name: string) => before?.[name] === undefined;
  const added = Object.keys(after).filter(isNew);
  const stored = [importedAttribute, eventAttribute].filter((name) => added.includes(name));
  return [
    ...stored.map((name) => outgoing(storedEvent(after, name))),
    ...added.filter(isToldAttribute).map((name) => outgoing(JSON.parse(after[name] ?? 'null'))),
    ...added.filter(isStatusAttribute).map((name) => outgoing(statusEvent(after, name))),
  ];
}

function outgoing(value: unknown): OutgoingEvent {
  const event = inboxEventSchema.safeParse(value);
  if (!event.success) {
    const paths = event.error.issues.map(({ path }) => path.join('.'));
    throw new PermanentError(`Not an inbox event: ${paths.join(', ')}`);
  }
  return { event: event.data, json: JSON.stringify(value) };
}

function statusEvent(item: ItemImage, attribute: string): unknown {
  const added = statusEntry(item[attribute]);
  const subject = statusSubjectSchema.safeParse(JSON.parse(item[statusSubjectAttribute] ?? 'null'));
  if (!subject.success) {
    throw new PermanentError('A status without the message that it is about');
  }
  const all = Object.keys(item)
    .filter(isStatusAttribute)
    .map((name) => statusEntry(item[name]));
  // In a group each participant has a ladder of their own; `sent` is everybody's.
  const ladder = all.filter(
    ({ participant }) => !participant || isSamePerson(participant, added.participant),
  );
  const { status, ...details } = added;
  return {
    schemaVersion: 1,
    eventId: eventIdOf(item['pk'] ?? '', attribute),
    type: 'message.status',
    ...sendOf([added, ...all], item[sentAttribute]),
    ...details,
    ...subject.data,
    status: mergedStatus(ladder) ?? status,
    changed: status,
    timestamps: timestampsOf(ladder),
  };
}

/** Which send a message was: Meta need not repeat it in each status. */
function sendOf(
  entries: readonly StatusEntry[],
  sentJson: string | undefined,
): Pick<SentMessage, 'sendId' | 'clientReference'> | undefined {
  const { sendId, clientReference } =
    entries.find((entry) => entry.sendId !== undefined) ?? sentMessage(sentJson) ?? {};
  return sendId === undefined
    ? undefined
    : { sendId, ...(clientReference === undefined ? {} : { clientReference }) };
}

function sentMessage(json: string | undefined): SentMessage | undefined {
  if (json === undefined) {
    return undefined;
  }
  const sent = sentMessageSchema.safeParse(JSON.parse(json));
  if (!sent.success) {
    throw new PermanentError('Not a sent message');
  }
  return sent.data;
}

function isSamePerson(one: StatusEntry['participant'], other: StatusEntry['participant']): boolean {
  return one?.userId !== undefined && other?.userId !== undefined
    ? one.userId === other.userId
    : one?.waId === other?.waId;
}

function statusEntry(json: string | undefined): StatusEntry {
  const entry = statusEntrySchema.safeParse(JSON.parse(json ?? 'null'));
  if (!entry.success) {
    throw new PermanentError('Not a status');
  }
  return entry.data;
}
