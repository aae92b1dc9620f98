import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import type { InboxEvent } from '../../../shared/events/inbox-event.schema.ts';
import type { StatusEntry } from '../../../shared/events/message-item.ts';
import type { Change, ChangeElement } from '../change.ts';
import { eventIdentity, type ItemIdentity } from './item-identity.ts';
import type { ContactBook } from './person.ts';

/** What is known of an element besides itself. */
export interface ElementFacts extends ChangeElement {
  change: Change;
  /** The value's contacts. */
  contacts: ContactBook;
  /** Whose it is: one of the owners of the number, else of the WABA. */
  organizationId: string;
  /** Absent where the change names no business number. */
  phoneNumberId: string | undefined;
  receivedAt: string;
}

/** The facts of an element of a business number. */
export type NumberFacts = ElementFacts & { phoneNumberId: string };

/** The fields of an event's envelope, which storing fills in. */
type EnvelopeField =
  | 'schemaVersion'
  | 'eventId'
  | 'occurredAt'
  | 'receivedAt'
  | 'orderKey'
  | 'organizationId'
  | 'wabaId'
  | 'phoneNumberId'
  | 'conversationId'
  | 'contact';

/** `Omit` for each event type on its own. */
type WithoutEnvelope<Event> = Event extends unknown ? Omit<Event, EnvelopeField> : never;

/** What an event carries beside its envelope, `type` included. */
export type EventBody = WithoutEnvelope<InboxEvent>;

/** An event before it is stored. */
export interface Draft {
  /** What dedupes it: from `messageIdentity`, or from `eventIdentity` with whose it is in front. */
  identity: ItemIdentity;
  /** Meta's time, from `metaTime`. */
  occurredAt: string;
  body: EventBody;
  /** The person it is about; with the business number, or the group, this is the conversation. */
  contact?: Contact;
  groupId?: string | undefined;
  /** The ids that the same person had before, where this tells of a change. */
  formerly?: Contact;
  /** Its place where one element gives several events. */
  index?: number;
}

/** A status of a message before it is stored. */
export interface StatusDraft {
  identity: ItemIdentity;
  messageId: string;
  contact: Contact;
  groupId: string | undefined;
  entry: Omit<StatusEntry, 'receivedAt' | 'orderKey'>;
  index?: number;
}

/** Why an element is published as `webhook.unrecognised`. */
export type UnrecognisedReason = Extract<InboxEvent, { type: 'webhook.unrecognised' }>['reason'];

/** What an element turned out to be. */
export type Interpretation =
  | { kind: 'events'; drafts: readonly Draft[] }
  | { kind: 'statuses'; drafts: readonly StatusDraft[] }
  /** Understood so far; kept, and published as `webhook.unrecognised`. */
  | {
      kind: 'unrecognised';
      reason: UnrecognisedReason;
      origin?: Pick<Draft, 'occurredAt' | 'contact' | 'groupId'>;
    }
  /** It cannot even be told apart from another one. */
  | { kind: 'quarantined' };

/** Tells what an element is. Total and pure: never throws, whatever Meta sent. */
export type Interpreter = (facts: ElementFacts) => readonly Interpretation[];

/** The answer for what nobody has a meaning for. */
export const notSupported: Interpretation = { kind: 'unrecognised', reason: 'not-supported' };

/** The answer for what is not what it says it is. */
export const malformed: Interpretation = { kind: 'unrecognised', reason: 'malformed' };

/** The answer for what has no identity. */
export const quarantined: Interpretation = { kind: 'quarantined' };

/** One event. */
export function event(draft: Draft): readonly Interpretation[] {
  return [{ kind: 'events', drafts: [draft] }];
}

/**
 * The identity of what an element without one of its own reports: whose it is, where it stood and
 * all of its content, since several elements may share an id. The organisation is part of it: an
 * account's change goes to every one connected. Errors say nothing of when they happened: each report
 * counts.
 */
export function contentIdentity(
  kind: string,
  facts: ElementFacts,
  ...more: string[]
): ItemIdentity {
  const { collection, element, change, organizationId, phoneNumberId = '', receivedAt } = facts;
  const { field, entryId, entryTime } = change;
  const time = collection === 'errors' ? receivedAt : String(entryTime ?? '');
  return eventIdentity(
    kind,
    ...[organizationId, phoneNumberId, field, collection, entryId, time],
    JSON.stringify(element) ?? '',
    ...more,
  );
}
