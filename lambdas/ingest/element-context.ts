import type { Contact } from '../../shared/events/inbox-event.schema.ts';
import type { Route } from '../../shared/routing/route.port.ts';
import type { ObjectStore } from '../../shared/storage/object-store.port.ts';
import type { Change } from './change.ts';
import type { Correspondent } from './conversation.ts';
import type { Ledger, Stored } from './ledger.port.ts';
import type { ContactBook } from './person.ts';

/** What the storing of elements needs from outside. */
export interface ElementPorts {
  ledger: Ledger;
  /** The raw bucket. */
  store: ObjectStore;
  /** The raw bucket's name, for consumers that fetch from it. */
  rawBucket: string;
  conversationOf(correspondent: Correspondent, occurredAt: string): Promise<string | undefined>;
}

/** Where an element comes from and whose it is. */
export interface ElementContext {
  change: Change;
  contacts: ContactBook;
  route: Route;
  /** Absent where the change names no business number. */
  phoneNumberId: string | undefined;
  receivedAt: string;
}

/** The context of an element of a business number. */
export type NumberContext = ElementContext & { phoneNumberId: string };

/** What became of an element. */
export type ElementOutcome = Stored | 'unrecognised' | 'quarantined';

/** The part of an event's envelope that says whose it is. */
export function ownerOf({ route, change, phoneNumberId }: ElementContext) {
  const wabaId = route.wabaId ?? (change.entryId === '' ? undefined : change.entryId);
  return {
    organizationId: route.organizationId,
    ...(wabaId === undefined ? {} : { wabaId }),
    ...(phoneNumberId === undefined ? {} : { phoneNumberId }),
  };
}

/** A person as the other side of a business number. */
export function correspondent(
  { route, phoneNumberId }: NumberContext,
  { waId, userId }: Contact,
): Correspondent {
  return { organizationId: route.organizationId, phoneNumberId, phone: waId, userId };
}
