/**
 * How a bearer token of the façade lies in the table:
 * - `GRAPHTOKEN#<hash of its secret>` / `GRAPHTOKEN`: whose it is. The token holds while this item is there;
 * - `ORG#<organisation>` / `GRAPHTOKEN#<token id>`: `tokenHash`, by which the other one is found. Written
 *   before it and removed after it: no token holds that nobody can see and revoke.
 */
export function graphTokenKey(tokenHash: string): { pk: string; sk: string } {
  return { pk: `GRAPHTOKEN#${tokenHash}`, sk: 'GRAPHTOKEN' };
}

/** The key of what an organisation's token is listed by. */
export function graphTokenListingKey(
  organizationId: string,
  tokenId: string,
): { pk: string; sk: string } {
  return { pk: `ORG#${organizationId}`, sk: `${graphTokenListingPrefix}${tokenId}` };
}

/** How the sort keys of an organisation's tokens begin. */
export const graphTokenListingPrefix = 'GRAPHTOKEN#';
