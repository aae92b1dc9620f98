/**
 * How a conversation lies in the table, `CONV#<id>` / `CONV`:
 * - `organizationId`, `phoneNumberId`;
 * - `windowUpTo`: the customer service window is closed for certain after this time (RFC 3339). It is
 *   written at most once an hour, and therefore up to an hour late;
 * - `marketing`: `stop` or `resume`, what the person has last said of marketing messages, and
 *   `marketingAt`, when.
 */
export function conversationKey(conversationId: string): string {
  return `CONV#${conversationId}`;
}

/** The sort key of every conversation. */
export const conversationSortKey = 'CONV';

/** How much later than a window `windowUpTo` may be, in ms. */
export const windowSlackMs = 60 * 60 * 1000;
