import type { Contact } from '../../../shared/events/event-parts.schema.ts';
import { isJsonObject } from '../../../shared/json.ts';
import {
  contentIdentity,
  event,
  type Interpretation,
  malformed,
  type NumberFacts,
} from './interpretation.ts';
import type { MetaStatus } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';

/**
 * A `statuses[]` element of a payment: its words rank in no way, and one payment may fail several
 * times before it succeeds. Source: Meta, "Payments API (India)".
 * @param contact who pays
 */
export function interpretPayment(
  facts: NumberFacts,
  { id, status, timestamp }: MetaStatus,
  contact: Contact,
): readonly Interpretation[] {
  const { element, receivedAt } = facts;
  return isJsonObject(element)
    ? event({
        identity: contentIdentity('payment', facts),
        occurredAt: metaTime(timestamp, receivedAt),
        contact,
        body: { type: 'payment.updated', messageId: id, status, payment: element },
      })
    : [malformed];
}
