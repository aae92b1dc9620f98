import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';

/** What an inbox backend knows of one message after it has applied its events. */
export interface MessageState {
  organizationId: string;
  text?: string | undefined;
  reaction?: string | undefined;
  status?: string | undefined;
  timestamps?: Readonly<Record<string, string | undefined>> | undefined;
}

/** Applies events as the contract tells a consumer to: each event id once, sorted by `orderKey`. */
export function fold(events: readonly InboxEvent[]): Map<string, MessageState> {
  const once = [...new Map(events.map((event) => [event.eventId, event])).values()];
  const sorted = once.toSorted((one, other) => (one.orderKey < other.orderKey ? -1 : 1));
  const messages = new Map<string, MessageState>();
  for (const event of sorted) {
    const { organizationId } = event;
    if (event.type === 'message.received') {
      const text = JSON.stringify(event.message['text']);
      messages.set(event.message.id, { ...messages.get(event.message.id), organizationId, text });
    } else if (event.type === 'message.reaction') {
      messages.set(event.messageId, { organizationId, reaction: event.emoji ?? 'removed' });
    } else if (event.type === 'message.status') {
      const known = messages.get(event.messageId);
      const isRicher =
        Object.keys(event.timestamps).length >= Object.keys(known?.timestamps ?? {}).length;
      messages.set(event.messageId, {
        ...known,
        organizationId,
        ...(isRicher ? { status: event.status, timestamps: event.timestamps } : {}),
      });
    }
  }
  return messages;
}
