import { eventTypes, type InboxEvent } from './types.ts';

/**
 * The event in a message of the queue or in a webhook. One of a type that is newer than this client has the
 * type `unknown`, and its own under `unknownType`. Throws where the text is no event.
 */
export function readEvent(text: string): InboxEvent {
  const event: InboxEvent | null = JSON.parse(text);
  const envelope = [event?.eventId, event?.type, event?.orderKey];
  if (event === null || !envelope.every((field) => typeof field === 'string')) {
    throw new TypeError('This is no inbox event');
  }
  if (eventTypes.has(event.type)) return event;
  return { ...event, type: 'unknown', unknownType: event.type };
}

/** Sorts events of one conversation: negative where `one` comes first. */
export function byOrderKey(
  one: Pick<InboxEvent, 'orderKey'>,
  other: Pick<InboxEvent, 'orderKey'>,
): number {
  if (one.orderKey === other.orderKey) return 0;
  return one.orderKey < other.orderKey ? -1 : 1;
}

/** What Meta's message object says in words: its text, a caption, or the button or row that was chosen. */
export function textOf(message: Readonly<Record<string, unknown>>): string | undefined {
  const content = field(message, String(message['type']));
  const chosen = field(content, String(field(content, 'type')));
  const words = [
    ...['body', 'caption', 'text'].map((name) => field(content, name)),
    field(chosen, 'title'),
  ];
  return words.find((word) => typeof word === 'string');
}

function field(value: unknown, name: string): unknown {
  return Object.entries(Object(value)).find(([key]) => key === name)?.[1];
}
