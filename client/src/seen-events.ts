import type { InboxEvent } from './types.ts';

/**
 * Where a backend remembers what it has handled: with what it has made of the event, for as long as it keeps
 * that. In a database, `eventId` is a primary key.
 */
export interface SeenEvents {
  /** Tells whether the event was handled to its end. */
  seen(eventId: string): Promise<boolean>;
  /**
   * Called when the handler has succeeded, and before the event is acknowledged: a crash between the two
   * has the event handled twice. Leave it out where the handler itself stores the id, in the transaction
   * that also stores what it makes of the event: then each event takes effect once.
   */
  markSeen?(eventId: string): Promise<void>;
}

/** What is done with an event. What it throws has the event come again. */
export type EventHandler = (event: InboxEvent) => unknown;

/** Remembers the last so many events, for as long as the process lives: for trials and tests. */
export function seenInMemory(maxEvents = 100_000): Required<SeenEvents> {
  const ids = new Set<string>();
  return {
    seen: async (eventId) => ids.has(eventId),
    async markSeen(eventId) {
      ids.add(eventId);
      for (const oldest of ids) {
        if (ids.size <= maxEvents) break;
        ids.delete(oldest);
      }
    },
  };
}

/** Handles an event unless that was done. @throws what the handler or the store throws */
export async function handleOnce(
  event: InboxEvent,
  handler: EventHandler,
  store: SeenEvents,
): Promise<void> {
  if (await store.seen(event.eventId)) return;
  await handler(event);
  await store.markSeen?.(event.eventId);
}
