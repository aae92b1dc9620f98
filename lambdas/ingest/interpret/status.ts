import type { StatusEntry } from '../../../shared/events/message-item.ts';
import { graphErrorKind } from '../../../shared/graph/graph-errors.ts';
import { readCallbackData } from '../../../shared/sends/send-id.ts';
import {
  type Interpretation,
  type NumberFacts,
  notSupported,
  quarantined,
  type StatusDraft,
} from './interpretation.ts';
import { messageIdentity } from './item-identity.ts';
import { type MetaStatus, metaParticipantSchema, metaStatusSchema } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';
import { interpretPayment } from './payment.ts';
import type { PersonIds } from './person.ts';

/** One of a change's `statuses[]`: of a message that need not be known yet. */
export function interpretStatus(facts: NumberFacts): readonly Interpretation[] {
  const { element, contacts, phoneNumberId, receivedAt } = facts;
  const status = metaStatusSchema.safeParse(element).data;
  if (!status) {
    return [quarantined];
  }
  // Payments come in this array too, with words of their own. Source: Meta, "Payments API (India)".
  if (status.type === 'payment') {
    return interpretPayment(facts, status, contacts.personOf(recipientOf(status)));
  }
  if (status.type !== undefined) {
    return [notSupported];
  }
  const groupId = groupOf(status);
  const entry: StatusDraft['entry'] = {
    status: status.status,
    occurredAt: metaTime(status.timestamp, receivedAt),
  };
  const { biz_opaque_callback_data: callbackData } = status;
  if (callbackData !== undefined) Object.assign(entry, readCallbackData(callbackData));
  if (groupId !== undefined) entry.participant = contacts.personOf(participantIn(element));
  if (status.pricing) entry.pricing = status.pricing;
  if (status.errors) Object.assign(entry, errorOf(status));
  const draft = {
    identity: messageIdentity(phoneNumberId, status.id),
    messageId: status.id,
    contact: groupId === undefined ? contacts.personOf(recipientOf(status)) : {},
    groupId,
    entry,
  };
  return [{ kind: 'statuses', drafts: [draft] }];
}

function groupOf({ group_id, recipient_type, recipient_id }: MetaStatus): string | undefined {
  return group_id ?? (recipient_type === 'group' ? recipient_id : undefined);
}

function recipientOf(status: MetaStatus): PersonIds {
  return {
    phone: status.recipient_id,
    userId: status.recipient_user_id,
    parentUserId: status.recipient_parent_user_id ?? status.parent_recipient_user_id,
  };
}

function participantIn(element: unknown): PersonIds {
  const named = metaParticipantSchema.safeParse(element).data;
  return {
    phone: named?.recipient_participant_id ?? named?.participant_recipient_id,
    userId: named?.recipient_participant_user_id,
    parentUserId: named?.recipient_participant_parent_user_id,
  };
}

/** Meta's first error; only its code can be relied on. */
export function errorOf({ errors }: Pick<MetaStatus, 'errors'>): Pick<StatusEntry, 'error'> {
  const [first] = errors ?? [];
  if (!first) {
    return {};
  }
  const details = first.error_data?.details;
  const { class: errorClass, reason } = graphErrorKind(first.code);
  return {
    error: {
      code: first.code,
      class: errorClass,
      reason,
      ...(first.title === undefined ? {} : { title: first.title }),
      ...(details === undefined ? {} : { details }),
    },
  };
}
