import type { ItemImage } from './events-of-change.ts';

/** Where an item stands in an index. */
export interface ItemPlace {
  pk: string;
  /** Its place in order: `orderKey` in a conversation, `timelineOrder` in time. */
  order: string;
}

/** Items in the order of their index. */
export interface ItemPage {
  items: { place: ItemPlace; image: ItemImage }[];
  /** Behind which place there may be more. */
  next?: ItemPlace | undefined;
}

/** Which part of an index to read. */
export interface PageRequest {
  after?: ItemPlace | undefined;
  /** Items that are looked at, at most; a page may have fewer although more follow. */
  limit: number;
}

/** The items that events are made of, as they lie in the table. */
export interface StoredEvents {
  /** A conversation's items by `orderKey`. What was written a moment ago may be missing. */
  ofConversation(
    conversationId: string,
    page: PageRequest & { newestFirst: boolean },
  ): Promise<ItemPage>;
  /**
   * The items of an organisation that changed last on a day, of one shard of it: see `timeline.ts`.
   * @param page.upTo items whose first event came later are left out, RFC 3339
   */
  ofDay(
    organizationId: string,
    part: { day: string; shard: number },
    page: PageRequest & { upTo: string },
  ): Promise<ItemPage>;
  /** The items of an organisation itself that are told of: its connections. */
  ofOrganization(organizationId: string): Promise<ItemImage[]>;
}
