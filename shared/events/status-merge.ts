import type { InboxEvent } from './inbox-event.schema.ts';
import type { StatusEntry } from './message-item.ts';
import { orderKeyOf } from './order-key.ts';

/** When each ranking status was reached. */
export type StatusTimestamps = Extract<InboxEvent, { type: 'message.status' }>['timestamps'];

/**
 * From what says most to what says least. `delivered` beats `failed`: with several devices one can
 * fail and another succeed. A late `sent` beats nothing.
 */
const ranking = ['played', 'read', 'delivered', 'failed', 'sent'] as const;

/**
 * Sorts the statuses of one second behind its messages and by what they say, then as `orderKeyOf` does: Meta
 * posts `sent` and `delivered` at the same moment, and they pass each other on the way. An unknown status
 * comes last.
 */
export function statusOrderKeyOf(
  { status, occurredAt }: Pick<StatusEntry, 'status' | 'occurredAt'>,
  ...received: [receivedAt: string, position: number, index?: number]
): string {
  const statuses: readonly string[] = ranking;
  const rung = statuses.length - statuses.indexOf(status);
  return orderKeyOf(`${occurredAt}/status-${rung}`, ...received);
}

/** What all statuses of a message amount to, in whatever order they came. */
export function mergedStatus(
  entries: readonly Pick<StatusEntry, 'status'>[],
): (typeof ranking)[number] | undefined {
  return ranking.find((status) => entries.some((entry) => entry.status === status));
}

/** When each ranking status was reached. */
export function timestampsOf(
  entries: readonly Pick<StatusEntry, 'status' | 'occurredAt'>[],
): StatusTimestamps {
  const reached = ranking.flatMap((status) =>
    entries
      .filter((entry) => entry.status === status)
      .map(({ occurredAt }) => [status, occurredAt]),
  );
  return Object.fromEntries(reached);
}
