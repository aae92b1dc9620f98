import type { Address } from './message/address.ts';

/** What is known of whom a business number writes to. */
export interface Conversation {
  conversationId: string;
  /** The customer service window is closed for certain after this time, RFC 3339; absent: nobody knows. */
  windowUpTo?: string | undefined;
  /** What the person has last said of marketing messages: `stop` or `resume`. */
  marketing?: string | undefined;
}

/** The conversations, as the inbound side keeps them. */
export interface Conversations {
  /** The conversation with this correspondent; undefined where there is none yet. Consistent. */
  find(
    number: { organizationId: string; phoneNumberId: string },
    address: Address,
  ): Promise<Conversation | undefined>;
}
