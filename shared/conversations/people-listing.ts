/**
 * By which everybody that an organisation has talked to is found, in the index `Listing`: every alias has,
 * and so has what stays where an alias has come to lead to another conversation
 * - `listing`: `PEOPLE#<organisation>#<shard>`;
 * - `listingOrder`: `<conversation>#<the alias's key>`.
 */
export const peopleShards = 4;

/** The listing of a shard of an organisation's people. */
export function peopleListing(organizationId: string, shard: number): string {
  return `PEOPLE#${organizationId}#${shard}`;
}

/** Where an alias is listed. */
export function peoplePlace({
  organizationId,
  conversationId,
  key,
}: Record<'organizationId' | 'conversationId' | 'key', string>): {
  listing: string;
  listingOrder: string;
} {
  return {
    listing: peopleListing(organizationId, peopleShard(conversationId)),
    listingOrder: `${conversationId}#${key}`,
  };
}

/** The shard that the aliases of a conversation are in. */
export function peopleShard(conversationId: string): number {
  return conversationId.charCodeAt(0) % peopleShards;
}

/** Reads the conversation of a place. */
export function conversationOfPlace(listingOrder: string): string {
  return listingOrder.slice(0, listingOrder.indexOf('#'));
}
