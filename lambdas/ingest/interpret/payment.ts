import type { Contact } from '../../../shared/events/inbox-event.schema.ts';
import { eventKey } from '../../../shared/events/message-item.ts';
import { isJsonObject } from '../../../shared/json.ts';
import {
  contentOf,
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
  const { element, organizationId, phoneNumberId, receivedAt } = facts;
  return isJsonObject(element)
    ? event({
        key: eventKey('payment', organizationId, phoneNumberId, ...contentOf(facts)),
        occurredAt: metaTime(timestamp, receivedAt),
        contact,
        body: { type: 'payment.updated', messageId: id, status, payment: element },
      })
    : [malformed];
}
