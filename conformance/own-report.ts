import { type InboxEvent, inboxEventSchema } from '../shared/events/inbox-event.schema.ts';
import type { JsonObject } from '../shared/json.ts';
import type { Delivered } from './delivered.schema.ts';
import { recordOfMessage } from './record-of-message.ts';

/** What this project's inbox is told, as a record of the report. @throws ZodError where it is no event */
export function recordOfEvent(json: unknown): Delivered {
  const event = inboxEventSchema.parse(json);
  const { organizationId: tenant, contact } = event;
  const person = {
    tenant,
    from: contact?.phone?.slice(1),
    userId: contact?.userId,
    name: contact?.name,
  };
  switch (event.type) {
    case 'message.received':
      return { ...recordOfMessage(event.message), ...person };
    case 'message.reaction':
    case 'message.edited':
    case 'message.revoked':
      return event.direction === 'inbound'
        ? { ...person, kind: 'message', id: event.messageId, ...correction(event) }
        : other(event);
    case 'message.status':
      return {
        ...{ tenant, kind: 'status', id: event.messageId },
        ...{ status: event.status, changed: event.changed },
        participant: event.participant?.phone?.slice(1),
        error: event.error?.code,
      };
    default:
      return other(event);
  }
}

type Correction = Extract<
  InboxEvent,
  { type: 'message.reaction' | 'message.edited' | 'message.revoked' }
>;

function correction(event: Correction): Partial<Delivered> {
  switch (event.type) {
    case 'message.reaction':
      return { type: 'reaction', target: event.targetMessageId, emoji: event.emoji };
    case 'message.edited': {
      const { text } = recordOfMessage(event.message);
      return { type: 'edit', target: event.originalMessageId, text };
    }
    case 'message.revoked':
      return { type: 'revoke', target: event.originalMessageId };
  }
}

function other(event: JsonObject & Pick<InboxEvent, 'organizationId'>): Delivered {
  return { kind: 'other', tenant: event.organizationId, event };
}
