/** How a conversation is found. */
export type ConversationAddress =
  | { conversationId: string }
  /** Digits. */
  | { phoneNumberId: string; phone: string }
  | { phoneNumberId: string; userId: string };

/** What is known of a conversation beside its events. */
export interface KnownConversation {
  conversationId: string;
  /** Whose it is; absent where nothing but an alias is known of it, which is the organisation's that asked. */
  organizationId?: string | undefined;
  phoneNumberId?: string | undefined;
  /** See `conversation-item.ts`. */
  windowUpTo?: string | undefined;
  marketing?: { value: string; at: string } | undefined;
  /** Of the alias that it was found by. */
  profile?: {
    userId?: string | undefined;
    username?: string | undefined;
    name?: string | undefined;
  };
}

/** The conversations, as the inbound side keeps them. */
export interface ConversationLookup {
  /**
   * Looks a conversation up, consistently.
   * @returns undefined where an organisation knows nobody by that address. A conversation that is asked
   * for by its id is answered whosever it is: compare `organizationId`, and its items' own
   */
  find(
    organizationId: string,
    address: ConversationAddress,
  ): Promise<KnownConversation | undefined>;
}
