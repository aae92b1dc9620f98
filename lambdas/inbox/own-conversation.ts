import { Problem } from '../../shared/http/problem.ts';
import type {
  ConversationAddress,
  ConversationLookup,
  KnownConversation,
} from './conversation-lookup.port.ts';
import type { ItemImage } from './events-of-change.ts';
import type { StoredEvents } from './stored-events.port.ts';

/** What reading a conversation needs from outside. */
export interface ConversationPorts {
  conversations: ConversationLookup;
  events: Pick<StoredEvents, 'ofConversation'>;
}

/** Enough to find what a person has said of themselves last. */
const newestItems = 25;

/**
 * A conversation of this organisation, with its newest items.
 * @throws Problem `not-found` where it is not this organisation's, or nobody knows it
 */
export async function ownConversation(
  organizationId: string,
  address: ConversationAddress,
  { conversations, events }: ConversationPorts,
): Promise<{ conversation: KnownConversation; newest: ItemImage[] }> {
  const conversation = await conversations.find(organizationId, address);
  if (!conversation) {
    throw notFound(address);
  }
  const { items } = await events.ofConversation(conversation.conversationId, {
    ...{ limit: newestItems, newestFirst: true },
  });
  const newest = items.map(({ image }) => image);
  const owners = new Set(newest.map((item) => item['organizationId']));
  if (conversation.organizationId !== undefined) {
    owners.add(conversation.organizationId);
  }
  const isKnown = owners.size > 0 || !('conversationId' in address);
  if (!isKnown || [...owners].some((owner) => owner !== organizationId)) {
    throw notFound(address);
  }
  return { conversation, newest };
}

function notFound(address: ConversationAddress): Problem {
  const [path = ''] = Object.keys(address).filter((name) => name !== 'phoneNumberId');
  const detail = 'This organisation has no such conversation.';
  return new Problem('not-found', { detail, problems: [{ path, detail: 'is not known' }] });
}
