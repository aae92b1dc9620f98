import { isJsonObject } from '../../../shared/json.ts';
import {
  metaControlSchema,
  metaConversationContextSchema,
  metaHandoverSchema,
} from './handover.schema.ts';
import {
  contentIdentity,
  event,
  type Interpretation,
  malformed,
  type NumberFacts,
} from './interpretation.ts';
import { metaTime } from './meta-time.ts';

/** The value of `messaging_handovers`: a thread has another owner. */
export function interpretHandover(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, receivedAt } = facts;
  const handover = metaHandoverSchema.safeParse(element).data;
  if (!handover || !isJsonObject(element)) {
    return [malformed];
  }
  // The dashboard's sample has no type.
  const kind =
    handover.type ??
    ['control_passed', 'control_taken'].find((name) => Object.hasOwn(element, name));
  if (kind === undefined) {
    return [malformed];
  }
  const { sender, timestamp } = handover;
  const control = metaControlSchema.safeParse(element[kind]).data;
  const previousOwnerRole = control?.previous_owner_role;
  const newOwnerRole = control?.new_owner_role;
  const summary = control?.conversation_context?.summary;
  return event({
    identity: contentIdentity('handover', facts),
    occurredAt: metaTime(timestamp, receivedAt),
    contact: contacts.personOf({
      phone: sender?.phone_number,
      userId: sender?.user_id,
      parentUserId: sender?.parent_user_id,
    }),
    body: {
      type: 'conversation.handover',
      kind,
      ...(previousOwnerRole === undefined ? {} : { previousOwnerRole }),
      ...(newOwnerRole === undefined ? {} : { newOwnerRole }),
      ...(summary === undefined ? {} : { summary }),
      handover: element,
    },
  });
}

/** `conversation_context` beside the messages of a thread that was routed here. */
export function interpretConversationContext(facts: NumberFacts): readonly Interpretation[] {
  const { element, change, contacts, receivedAt } = facts;
  const context = metaConversationContextSchema.safeParse(element).data;
  if (!context || !isJsonObject(element)) {
    return [malformed];
  }
  const { type: kind = 'summary', summary } = context;
  return event({
    // It has neither id nor time, and two threads may get the same words: what stands beside it tells them apart.
    identity: contentIdentity('handover', facts, JSON.stringify(change.value)),
    occurredAt: metaTime(change.entryTime, receivedAt),
    contact: contacts.personOf({}),
    body: {
      type: 'conversation.handover',
      kind,
      ...(summary === undefined ? {} : { summary }),
      handover: element,
    },
  });
}
