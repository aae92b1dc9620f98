import { isJsonObject } from '../../../shared/json.ts';
import { metaAutomaticEventSchema, metaUserActionSchema } from './conversion.schema.ts';
import {
  contentIdentity,
  event,
  type Interpretation,
  malformed,
  type NumberFacts,
} from './interpretation.ts';
import { metaTime } from './meta-time.ts';

/** One of a change's `automatic_events[]`: what an ad led to. */
export function interpretAutomaticEvent(facts: NumberFacts): readonly Interpretation[] {
  const { data } = metaAutomaticEventSchema.safeParse(facts.element);
  return data ? tracked(facts, data.event_name, data.timestamp, data.id) : [malformed];
}

/** One of a change's `user_actions[]`: that somebody followed a link. */
export function interpretUserAction(facts: NumberFacts): readonly Interpretation[] {
  const { data } = metaUserActionSchema.safeParse(facts.element);
  return data ? tracked(facts, data.action_type, data.timestamp) : [malformed];
}

/** Neither names a person, and the contacts beside it may be those of a message. */
function tracked(
  facts: NumberFacts,
  name: string,
  timestamp: unknown,
  messageId?: string,
): readonly Interpretation[] {
  const { element, receivedAt } = facts;
  return isJsonObject(element)
    ? event({
        identity: contentIdentity('conversion', facts),
        occurredAt: metaTime(timestamp, receivedAt),
        body: {
          type: 'conversion.tracked',
          name,
          ...(messageId === undefined ? {} : { messageId }),
          conversion: element,
        },
      })
    : [malformed];
}
