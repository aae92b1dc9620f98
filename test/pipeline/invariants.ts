import { expect } from '@jest/globals';
import type { InboxEvent } from '../../shared/events/inbox-event.schema.ts';
import { fold } from './consumer.ts';
import type { Pipeline } from './pipeline.ts';
import { conversationNameOf, expectedState, type Update } from './scenario.ts';

/** What must hold once everything has calmed down, whatever went wrong on the way. */
export function expectNothingLostOrDoubled(pipeline: Pipeline, sent: readonly Update[]): void {
  const { events } = pipeline.inbox;
  expect(fold(events)).toEqual(expectedState(sent));
  expectOneEventIdEach(events);
  expectOneConversationEach(events, sent);
  expectWindows(pipeline, events);
  expect([...pipeline.store.objects.keys()]).toEqual([]);
}

/** Nobody who has seen an event takes its window for closed while it is open. */
export function expectWindows({ table }: Pipeline, events: readonly InboxEvent[]): void {
  const closedTooEarly = events.filter((event) => {
    const expiresAt = 'window' in event ? event.window?.expiresAt : undefined;
    const { windowUpTo = '' } = table.conversations.get(event.conversationId ?? '') ?? {};
    return expiresAt !== undefined && windowUpTo < expiresAt;
  });
  expect(closedTooEarly).toEqual([]);
}

/** What an event is about: the same element must never come under a second id. */
function elementOf(event: InboxEvent): string {
  switch (event.type) {
    case 'message.received':
      return event.message.id;
    case 'message.reaction':
      return event.messageId;
    case 'message.status':
      return `${event.messageId} ${event.changed}`;
    case 'webhook.unrecognised':
      return event.raw.key;
    default:
      return event.eventId;
  }
}

function expectOneEventIdEach(events: readonly InboxEvent[]): void {
  const ids = new Map<string, Set<string>>();
  for (const event of events) {
    const element = elementOf(event);
    ids.set(element, (ids.get(element) ?? new Set()).add(event.eventId));
  }
  expect([...ids].filter(([, set]) => set.size > 1)).toEqual([]);
  expect(new Set([...ids.values()].flatMap((set) => [...set])).size).toBe(ids.size);
}

function expectOneConversationEach(events: readonly InboxEvent[], sent: readonly Update[]): void {
  const nameOf = new Map(sent.map((update) => [update.id, conversationNameOf(update)]));
  const conversations = new Map<string, Set<string | undefined>>();
  for (const event of events) {
    const id =
      event.type === 'message.received'
        ? event.message.id
        : 'messageId' in event
          ? event.messageId
          : undefined;
    const name = nameOf.get(id ?? '') ?? '';
    conversations.set(name, (conversations.get(name) ?? new Set()).add(event.conversationId));
  }
  const distinct = [...conversations.values()].flatMap((set) => [...set]);
  expect(distinct).toHaveLength(conversations.size);
  expect(new Set(distinct).size).toBe(distinct.length);
  expect(distinct).not.toContain(undefined);
}
