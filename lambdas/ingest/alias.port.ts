/** One name that a conversation is found by: a phone number, a BSUID or a group of one business number. */
export interface Alias {
  key: string;
  conversationId: string;
  /** On a phone number's alias: the BSUID last seen with it. */
  userId?: string | undefined;
  /** What the person showed of themselves, then. */
  name?: string | undefined;
  username?: string | undefined;
  /** When the message was sent that this was learnt from, RFC 3339: an older one never overrules it. */
  learntAt: string;
  /** What happened up to then was erased, RFC 3339. */
  erasedAt?: string | undefined;
}

/** What an erasure leaves of an alias. */
export interface ErasedAlias {
  key: string;
  conversationId?: undefined;
  /** What happened up to then was erased, RFC 3339. */
  erasedAt: string;
}

/** An alias to write, and what it was when it was read: it is written only if that still holds. */
export interface AliasWrite {
  organizationId: string;
  alias: Alias;
  replaces: Alias | ErasedAlias | undefined;
}

/** The aliases. */
export interface AliasTable {
  /** The aliases that exist, by key. `fresh` sees every write that was answered before. */
  read(
    keys: readonly string[],
    options: { fresh: boolean },
  ): Promise<Map<string, Alias | ErasedAlias>>;
  /** Writes all of them or none. @returns false where somebody else was faster: read again. */
  write(writes: readonly AliasWrite[]): Promise<boolean>;
}
