import { eventKey, messageKey } from '../../../shared/events/message-item.ts';

/** What tells a message, or something else that happened, apart from everything else. */
export interface ItemIdentity {
  kind: 'message' | 'event';
  values: readonly [string, ...string[]];
}

/** The identity of a message, inbound or outbound. */
export function messageIdentity(phoneNumberId: string, ...values: string[]): ItemIdentity {
  return { kind: 'message', values: [phoneNumberId, ...values] };
}

/** The identity of anything else. */
export function eventIdentity(kind: string, ...values: string[]): ItemIdentity {
  return { kind: 'event', values: [kind, ...values] };
}

/** The key of the item that dedupes it. */
export function itemKey({ kind, values }: ItemIdentity): string {
  return kind === 'message' ? messageKey(...values) : eventKey(...values);
}
