import { isJsonObject } from '../../../shared/json.ts';
import {
  contentIdentity,
  event,
  type Interpretation,
  malformed,
  type NumberFacts,
} from './interpretation.ts';
import { metaTime } from './meta-time.ts';
import { metaPreferenceSchema } from './preference.schema.ts';

/** One of a change's `user_preferences[]`: what somebody wants to get, or no longer. */
export function interpretPreference(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, receivedAt } = facts;
  const preference = metaPreferenceSchema.safeParse(element).data;
  if (!preference) {
    return [malformed];
  }
  const { category, value, detail, timestamp } = preference;
  return event({
    identity: contentIdentity('preference', facts),
    occurredAt: metaTime(timestamp, receivedAt),
    contact: contacts.personOf({
      phone: preference.wa_id,
      userId: preference.user_id,
      parentUserId: preference.parent_user_id,
    }),
    body: {
      type: 'preference.updated',
      category,
      value,
      ...(detail === undefined ? {} : { detail }),
      preference: isJsonObject(element) ? element : {},
    },
  });
}
