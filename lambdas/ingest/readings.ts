import { appended } from '../../shared/appended.ts';
import type { Route } from '../../shared/routing/route.port.ts';
import { type Change, elementsOf, phoneNumberIdOf } from './change.ts';
import type { Interpretation } from './interpret/interpretation.ts';
import { ContactBook } from './interpret/person.ts';
import { interpret } from './interpret/registry.ts';
import type { Reading, RoutedFacts } from './store-interpretation.ts';

/**
 * Everything that a change says to one of its owners, validated. Pure, and never throws.
 * @param receivedAt RFC 3339 UTC
 */
export function readingsOf(change: Change, route: Route, receivedAt: string): Reading[] {
  const contacts = new ContactBook(change.value);
  const phoneNumberId = phoneNumberIdOf(change);
  const { organizationId } = route;
  let readings: Reading[] | undefined;
  for (const { collection, element, position } of elementsOf(change)) {
    const facts: RoutedFacts = {
      // One by one: copied out of other objects they take five times as long.
      change,
      contacts,
      phoneNumberId,
      receivedAt,
      route,
      organizationId,
      collection,
      element,
      position,
    };
    for (const interpretation of interpret(facts)) {
      if (interpretation.kind === 'events' && interpretation.drafts.length > 1) {
        // A history is thousands of events in one element: each of them waits for its own turn.
        for (const draft of interpretation.drafts) {
          const one: Interpretation = { kind: 'events', drafts: [draft] };
          readings = appended(readings, { interpretation: one, facts });
        }
      } else {
        readings = appended(readings, { interpretation, facts });
      }
    }
  }
  return readings ?? [];
}
