import { hash } from '../hash.ts';

/** What an alias names a correspondent by. */
export type AliasKind = 'phone' | 'user' | 'group';

/** The sort key of every alias. */
export const aliasSortKey = 'ALIAS';

/** The item by which a conversation is listed that had an alias which leads to another now. */
export function formerAliasKey(conversationId: string): string {
  return `ALIAS#${hash('former', conversationId)}`;
}

/**
 * The item by which a correspondent of a business number is found: by phone number (digits), BSUID or
 * group id.
 */
export function aliasKey(
  organizationId: string,
  phoneNumberId: string,
  kind: AliasKind,
  id: string,
): string {
  return `ALIAS#${hash(organizationId, phoneNumberId, kind, id)}`;
}
