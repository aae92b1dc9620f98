import { orderKeyOf } from '../../shared/events/inbox-event.schema.ts';
import { messageKey, type StatusEntry } from '../../shared/events/message-item.ts';
import { byteLength } from '../../shared/sqs.ts';
import type { ChangeElement } from './change.ts';
import {
  correspondent,
  type ElementOutcome,
  type ElementPorts,
  type NumberContext,
  ownerOf,
} from './element-context.ts';
import { type MetaStatus, metaStatusSchema } from './meta.schema.ts';
import { metaTime } from './meta-time.ts';
import type { PersonIds } from './person.ts';
import { quarantine, storeUnrecognised } from './set-aside.ts';

/** Meta's own statuses are below 1 KB. */
const maxEntryBytes = 16 * 1024;

/** Merges one of a change's `statuses[]` into its message, which need not be known yet. */
export async function storeStatus(
  source: ChangeElement,
  context: NumberContext,
  ports: ElementPorts,
): Promise<ElementOutcome> {
  const { contacts, phoneNumberId, receivedAt } = context;
  const status = metaStatusSchema.safeParse(source.element).data;
  if (!status) {
    return quarantine(source, context, ports);
  }
  // Payments come in this array too, with words of their own. Source: Meta, "Payments API (India)".
  if (status.type !== undefined) {
    return storeUnrecognised('not-supported', source, context, ports);
  }

  const occurredAt = metaTime(status.timestamp, receivedAt);
  const groupId = groupOf(status);
  const contact = groupId === undefined ? contacts.personOf(recipientOf(status)) : {};
  const conversationId = await ports.conversationOf(
    { ...correspondent(context, contact), groupId },
    occurredAt,
  );
  const entry: StatusEntry = {
    status: status.status,
    occurredAt,
    receivedAt,
    orderKey: orderKeyOf(occurredAt, receivedAt, source.position),
    ...(groupId === undefined ? {} : { participant: contacts.personOf(participantOf(status)) }),
    ...(status.pricing ? { pricing: status.pricing } : {}),
    ...errorOf(status),
  };
  // All of a message's statuses share one item of at most 400 KB.
  if (byteLength(JSON.stringify(entry)) > maxEntryBytes) {
    return storeUnrecognised('too-large', source, context, ports);
  }
  return ports.ledger.mergeStatus({
    key: messageKey(phoneNumberId, status.id),
    subject: {
      messageId: status.id,
      ...ownerOf(context),
      phoneNumberId,
      ...(conversationId === undefined ? {} : { conversationId }),
      ...(Object.keys(contact).length === 0 ? {} : { contact }),
    },
    entry,
  });
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

function participantOf(status: MetaStatus): PersonIds {
  return {
    phone: status.recipient_participant_id ?? status.participant_recipient_id,
    userId: status.recipient_participant_user_id,
  };
}

/** Meta's first error; only its code can be relied on. */
function errorOf({ errors }: MetaStatus): Pick<StatusEntry, 'error'> {
  const [first] = errors ?? [];
  if (!first) {
    return {};
  }
  const details = first.error_data?.details;
  return {
    error: {
      code: first.code,
      ...(first.title === undefined ? {} : { title: first.title }),
      ...(details === undefined ? {} : { details }),
    },
  };
}
