import type { AccessToken } from './access-token.ts';

/** A token that has been exchanged for a code, and that no connection has yet. */
export interface PendingSignup {
  organizationId: string;
  signupId: string;
  /** Who has signed up, in the inbox backend's own name. */
  userId: string;
  /** The WABA that the caller has named. Anybody may have written it. */
  wabaHint?: string | undefined;
  /** RFC 3339. */
  exchangedAt: string;
  ciphertext: Uint8Array;
}

/** Where tokens and PINs are kept. Nothing is stored that is not encrypted. */
export interface CredentialStore {
  /** Keeps a token for a week, until its connection is known. */
  keepSignup(signup: Omit<PendingSignup, 'ciphertext'>, token: AccessToken): Promise<void>;
  /** An organisation's tokens without a connection, oldest first. */
  pendingSignups(organizationId: string): Promise<PendingSignup[]>;
  /** Decrypts one. @throws where KMS refuses or cannot be reached */
  openSignup(signup: PendingSignup): Promise<AccessToken>;
  /** Forgets one. */
  dropSignup(organizationId: string, signupId: string): Promise<void>;
  /**
   * Keeps a token as the organisation's for a WABA and makes the credential VALID, unless one that was
   * stored later is there.
   * @param storedAt when Meta has given the token, RFC 3339
   * @returns whether it is the organisation's token now
   */
  store(
    credential: { organizationId: string; wabaId: string; storedAt: string },
    token: AccessToken,
  ): Promise<boolean>;
  /** Deletes an organisation's credential for a WABA, if there is one. */
  remove(organizationId: string, wabaId: string): Promise<void>;
  /** Keeps a number's PIN unless there is one, or in place of it. @returns the PIN that is kept now */
  keepPin(
    number: { organizationId: string; phoneNumberId: string },
    pin: AccessToken,
    options: { replace: boolean },
  ): Promise<AccessToken>;
}
