import type { InboxEvent } from '../../client/src/types.ts';

/** A text of a customer's as JSON. */
export function eventJson(eventId: string, orderKey = eventId, type = 'message.received'): string {
  const at = '2026-11-22T10:00:00.000Z';
  return JSON.stringify({
    ...{ schemaVersion: 1, eventId, occurredAt: at, receivedAt: at, orderKey, type },
    ...{ organizationId: 'demo', message: { id: `wamid.${eventId}` }, window: { expiresAt: at } },
  } satisfies Omit<InboxEvent, 'type'> & Record<string, unknown>);
}
