import { type InboxEvent, inboxEventSchema } from '../../shared/events/inbox-event.schema.ts';
import {
  eventAttribute,
  eventIdOf,
  importedAttribute,
  isStatusAttribute,
  type StatusEntry,
  statusEntrySchema,
  statusSubjectAttribute,
  statusSubjectSchema,
} from '../../shared/events/message-item.ts';
import { PermanentError } from '../../shared/runtime/errors.ts';
import { mergedStatus, timestampsOf } from './status-merge.ts';

/** An item of the table, its string attributes by name. */
export type ItemImage = Readonly<Record<string, string>>;

/** An event with the JSON that is sent: what was stored is not written anew. */
export interface OutgoingEvent {
  event: InboxEvent;
  json: string;
}

/**
 * The inbox events that a change of an item stands for: each attribute that is new in it is one.
 * The same change always gives the same events with the same ids.
 * @throws PermanentError when the item is not what `normalise` writes.
 */
export function eventsOfChange(before: ItemImage | undefined, after: ItemImage): OutgoingEvent[] {
  const isNew = (name: string) => before?.[name] === undefined;
  const stored = [importedAttribute, eventAttribute].filter(isNew).map((name) => after[name]);
  const events = stored.filter((json) => json !== undefined).map(outgoing);
  const added = Object.keys(after).filter((name) => isStatusAttribute(name) && isNew(name));
  return [...events, ...added.map((name) => outgoing(JSON.stringify(statusEvent(after, name))))];
}

function outgoing(json: string): OutgoingEvent {
  const event = inboxEventSchema.safeParse(JSON.parse(json));
  if (!event.success) {
    const paths = event.error.issues.map(({ path }) => path.join('.'));
    throw new PermanentError(`Not an inbox event: ${paths.join(', ')}`);
  }
  return { event: event.data, json };
}

function statusEvent(item: ItemImage, attribute: string): unknown {
  const added = statusEntry(item[attribute]);
  const subject = statusSubjectSchema.safeParse(JSON.parse(item[statusSubjectAttribute] ?? 'null'));
  if (!subject.success) {
    throw new PermanentError('A status without the message that it is about');
  }
  // In a group each participant has a ladder of their own; `sent` is everybody's.
  const ladder = Object.keys(item)
    .filter(isStatusAttribute)
    .map((name) => statusEntry(item[name]))
    .filter(({ participant }) => !participant || isSamePerson(participant, added.participant));
  const { status, ...details } = added;
  return {
    schemaVersion: 1,
    eventId: eventIdOf(item['pk'] ?? '', attribute),
    type: 'message.status',
    ...details,
    ...subject.data,
    status: mergedStatus(ladder) ?? status,
    changed: status,
    timestamps: timestampsOf(ladder),
  };
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
