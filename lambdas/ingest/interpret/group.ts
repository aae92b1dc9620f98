import { isJsonObject } from '../../../shared/json.ts';
import { metaGroupUpdateSchema } from './group.schema.ts';
import {
  contentIdentity,
  event,
  type Interpretation,
  malformed,
  type NumberFacts,
} from './interpretation.ts';
import { metaTime } from './meta-time.ts';

/** One of a change's `groups[]`: the group is the conversation. */
export function interpretGroup(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, receivedAt } = facts;
  const group = metaGroupUpdateSchema.safeParse(element).data;
  if (!group || !isJsonObject(element)) {
    return [malformed];
  }
  const { group_id: groupId, type, timestamp, wa_id, user_id, parent_user_id } = group;
  const isOfPerson = wa_id !== undefined || user_id !== undefined;
  return event({
    // One group can have two updates of a kind in one second; only their content differs.
    identity: contentIdentity('group', facts),
    occurredAt: metaTime(timestamp, receivedAt),
    groupId,
    ...(isOfPerson
      ? {
          contact: contacts.personOf({
            phone: wa_id,
            userId: user_id,
            parentUserId: parent_user_id,
          }),
        }
      : {}),
    body: { type: 'group.updated', groupId, event: type, group: element },
  });
}
