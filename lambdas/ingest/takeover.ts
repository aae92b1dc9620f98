import type { Route } from '../../shared/routing/route.port.ts';
import type { Interpretation } from './interpret/interpretation.ts';
import type { Reading } from './store-interpretation.ts';

/**
 * Tells whether a webhook is of the time when another organisation had the number or the WABA: then it
 * is not the new owner's, however late it is worked on. What came for one that nobody ever had is the
 * first owner's.
 * @param receivedAt RFC 3339
 */
export function cameBeforeTakeover({ takenOverAt = '' }: Route, receivedAt: string): boolean {
  return receivedAt < takenOverAt;
}

/**
 * Tells whether a message or a status is of that time, by Meta's own clock: Meta may bring it days later.
 * What other fields tell is older than its webhook by design, such as a history.
 */
export function happenedBeforeTakeover({ interpretation, facts }: Reading): boolean {
  const { route, change } = facts;
  const at = change.field === 'messages' ? occurredAt(interpretation) : undefined;
  return at !== undefined && secondOf(at) < secondOf(route.takenOverAt ?? '');
}

/** A time in whole seconds, as Meta's are: the one in which the number changed hands counts as the new owner's. */
function secondOf(at: string): string {
  return at.slice(0, '2026-11-22T10:00:00'.length);
}

function occurredAt(interpretation: Interpretation): string | undefined {
  switch (interpretation.kind) {
    case 'events':
      return interpretation.drafts[0]?.occurredAt;
    case 'statuses':
      return interpretation.drafts[0]?.entry.occurredAt;
    case 'unrecognised':
      return interpretation.origin?.occurredAt;
    // Stryker disable next-line ConditionalExpression,StringLiteral: without it the function ends the same.
    case 'quarantined':
      return undefined;
  }
}
