import { eventKey, messageKey } from '../../../shared/events/message-item.ts';

/** What tells a message, or something else that happened, apart from everything else. */
export interface ItemIdentity {
  kind: 'message' | 'event';
  values: readonly [string, ...string[]];
}

/** The identity of a message, inbound or outbound. */
export function messageIdentity(
  ...values: [phoneNumberId: string, messageId: string, ...string[]]
): ItemIdentity {
  return { kind: 'message', values };
}

/** The identity of anything else. */
export function eventIdentity(...values: [kind: string, ...string[]]): ItemIdentity {
  return { kind: 'event', values };
}

/** The key of the item that dedupes it. */
export function itemKey({ kind, values }: ItemIdentity): string {
  return kind === 'message' ? messageKey(...values) : eventKey(...values);
}
