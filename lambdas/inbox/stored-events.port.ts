import type { LooseDay } from '../../shared/events/conversation-place.ts';
import type { ItemImage } from './events-of-change.ts';

/** Where an item stands in its conversation. */
export interface ItemPlace {
  pk: string;
  /** Its `orderKey`. */
  order: string;
}

/** Items in the order of their conversation. */
export interface ItemPage {
  items: { place: ItemPlace; image: ItemImage }[];
  /** Behind which place there may be more. */
  next?: ItemPlace | undefined;
}

/** Which part of a conversation to read. */
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
  /** The items of no conversation that came on a day, of one shard of it. */
  ofLooseDay(day: LooseDay, page: PageRequest): Promise<ItemPage>;
  /** The items of an organisation itself that are told of: its connections. */
  ofOrganization(organizationId: string): Promise<ItemImage[]>;
}
