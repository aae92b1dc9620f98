/** The key of an organisation's credential for a WABA. */
export function credentialKey(organizationId: string, wabaId: string): { pk: string; sk: string } {
  return { pk: `ORG#${organizationId}`, sk: `${credentialSortKeyPrefix}${wabaId}` };
}

/** How the sort key of every credential begins. */
export const credentialSortKeyPrefix = 'CREDENTIAL#';

/** The encryption context of a token: KMS decrypts it under no other. */
export function tokenContext(organizationId: string, wabaId: string): Record<string, string> {
  return { purpose: tokenPurpose, organizationId, wabaId };
}

/** What tokens are encrypted for. */
export const tokenPurpose = 'waba-token';
