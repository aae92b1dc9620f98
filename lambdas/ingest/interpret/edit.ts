import type { Draft, EventBody } from './interpretation.ts';
import { messageIdentity } from './item-identity.ts';
import type { Content } from './message-content.ts';
import type { MetaMessage } from './meta.schema.ts';

/** Whether a message came from the customer or went out from the business. */
export type Direction = Extract<EventBody, { type: 'message.observed' }>['direction'];

/** What a message says of an earlier one, which need not be known, or may still come. */
export type Amendment = Extract<Content, { kind: 'reaction' | 'edited' | 'revoked' }>;

/** The event of a message that says something of an earlier one. */
export function amendment(
  content: Amendment,
  { id, timestamp }: MetaMessage,
  direction: Direction,
  { phoneNumberId, ...origin }: Omit<Draft, 'identity' | 'body'> & { phoneNumberId: string },
): Draft {
  const identity = messageIdentity(phoneNumberId, id);
  switch (content.kind) {
    case 'reaction': {
      const { targetMessageId, emoji } = content;
      return {
        ...origin,
        // Meta's pages leave open whether a reaction that is changed or taken back has an id of its own.
        identity: messageIdentity(phoneNumberId, id, emoji ?? '', String(timestamp)),
        body: { type: 'message.reaction', messageId: id, targetMessageId, emoji, direction },
      };
    }
    case 'edited': {
      const { originalMessageId, message } = content;
      return {
        ...origin,
        identity,
        body: { type: 'message.edited', messageId: id, originalMessageId, direction, message },
      };
    }
    case 'revoked': {
      const { originalMessageId } = content;
      return {
        ...origin,
        identity,
        body: { type: 'message.revoked', messageId: id, originalMessageId, direction },
      };
    }
  }
}
