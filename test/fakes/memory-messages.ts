import type { Conversation, Conversations } from '../../lambdas/send/conversations.port.ts';
import type { MediaOwner, MediaOwners } from '../../lambdas/send/media-owner.port.ts';
import type { Address } from '../../lambdas/send/message/address.ts';
import type { MessageItem, Messages } from '../../lambdas/send/messages.port.ts';
import type { SentMessage } from '../../shared/events/message-item.ts';
import { frozen } from './frozen.ts';

/** What the inbound side has stored of messages, and what was sent, in memory. */
export class MemoryMessages implements Messages {
  readonly #items = new Map<string, MessageItem>();

  /** Puts an item there as the inbound side would. */
  put(phoneNumberId: string, messageId: string, item: MessageItem): void {
    this.#items.set(JSON.stringify([phoneNumberId, messageId]), frozen(item));
  }

  async recordSent(message: SentMessage): Promise<void> {
    await Promise.resolve();
    const { phoneNumberId, messageId, organizationId } = message;
    const item = this.#items.get(JSON.stringify([phoneNumberId, messageId]));
    this.put(phoneNumberId, messageId, { organizationId, statuses: [], sent: message, ...item });
  }

  async find(phoneNumberId: string, messageId: string): Promise<MessageItem | undefined> {
    await Promise.resolve();
    return this.#items.get(JSON.stringify([phoneNumberId, messageId]));
  }
}

type BusinessNumber = Parameters<Conversations['find']>[0];

/** The conversations in memory. */
export class MemoryConversations implements Conversations {
  readonly #conversations = new Map<string, Conversation>();

  /** Puts a conversation there as the inbound side would. */
  put(number: BusinessNumber, address: Address, conversation: Conversation): void {
    this.#conversations.set(nameOf(number, address), frozen(conversation));
  }

  async find(number: BusinessNumber, address: Address): Promise<Conversation | undefined> {
    await Promise.resolve();
    return this.#conversations.get(nameOf(number, address));
  }
}

function nameOf({ organizationId, phoneNumberId }: BusinessNumber, address: Address): string {
  return JSON.stringify([organizationId, phoneNumberId, ...Object.values(address)]);
}

/** The owners of media in memory. */
export class MemoryMediaOwners implements MediaOwners {
  readonly #owners = new Map<string, MediaOwner>();

  /** Puts an owner there as the inbound side would. */
  put(mediaId: string, owner: MediaOwner): void {
    this.#owners.set(mediaId, frozen(owner));
  }

  async ownerOf(mediaId: string): Promise<MediaOwner | undefined> {
    await Promise.resolve();
    return this.#owners.get(mediaId);
  }
}
