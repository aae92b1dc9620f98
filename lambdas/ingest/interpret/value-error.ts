import { isJsonObject } from '../../../shared/json.ts';
import {
  contentIdentity,
  type ElementFacts,
  event,
  type Interpretation,
  malformed,
} from './interpretation.ts';
import { metaErrorsSchema } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';
import { errorOf } from './status.ts';

/**
 * One of a value's own `errors[]`: of no message, status or call, so of the number.
 * Source: Meta, Webhooks reference, messages: errors; "No storage" for what could not be delivered.
 */
export function interpretValueError(facts: ElementFacts): readonly Interpretation[] {
  const { element, change, position, receivedAt } = facts;
  if (!isJsonObject(element)) {
    return [malformed];
  }
  return event({
    // Every report counts, also two equal ones in one webhook.
    identity: contentIdentity('value-error', facts, String(position)),
    occurredAt: metaTime(change.entryTime, receivedAt),
    body: {
      type: 'number.updated',
      field: change.field,
      ...errorOf({ errors: metaErrorsSchema.parse([element]) }),
      number: element,
    },
  });
}
