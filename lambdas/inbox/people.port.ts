/** A page of names, and behind what there may be more. */
export interface NamePage {
  names: string[];
  next: string | undefined;
}

/** Everybody that organisations have talked to. What was written a moment ago may be missing. */
export interface People {
  /**
   * An organisation's conversations, sorted but for where a shard begins, some twice.
   * @param limit so many names at most
   */
  conversationsOf(
    organizationId: string,
    page: { after: string | undefined; limit: number },
  ): Promise<NamePage>;
  /** The aliases that lead to a conversation, or have led to it. */
  aliasesOf(organizationId: string, conversationId: string): Promise<string[]>;
}
