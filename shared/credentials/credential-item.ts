/**
 * The key of an organisation's credential for a WABA: `state`, `ciphertext`, `storedAt`; where Meta has
 * refused the token `reason`, `invalidSince` and, for `publish`, `told:invalid#<when>`, the event
 * `connection.updated` as JSON.
 */
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

/** The key of a token that has been exchanged for a code, before it is known which WABA it is for. */
export function signupKey(organizationId: string, signupId: string): { pk: string; sk: string } {
  return { pk: `ORG#${organizationId}`, sk: `${signupSortKeyPrefix}${signupId}` };
}

/** How the sort key of every such token begins. */
export const signupSortKeyPrefix = 'SIGNUP#';

/** The encryption context of such a token: no WABA has this id. */
export function signupContext(organizationId: string, signupId: string): Record<string, string> {
  return tokenContext(organizationId, `${signupSortKeyPrefix}${signupId}`);
}

/** The key of the PIN that an organisation has registered a number with. */
export function pinKey(organizationId: string, phoneNumberId: string): { pk: string; sk: string } {
  return { pk: `ORG#${organizationId}`, sk: `PIN#${phoneNumberId}` };
}

/** The encryption context of a PIN: who may open tokens may not open PINs. */
export function pinContext(organizationId: string, phoneNumberId: string): Record<string, string> {
  return { purpose: pinPurpose, organizationId, phoneNumberId };
}

/** What PINs are encrypted for. */
export const pinPurpose = 'number-pin';
