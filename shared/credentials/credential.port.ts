import type { AccessToken } from './access-token.ts';

/** What is kept of an organisation's access to a WABA. The token in it is ciphertext. */
export interface Credential {
  organizationId: string;
  wabaId: string;
  /** INVALID: Meta has refused it; nothing is sent with it until the organisation reconnects. */
  state: 'VALID' | 'INVALID';
  /** Why it is invalid: a reason from `graph-errors.ts`. */
  reason?: string | undefined;
  /** AWS KMS ciphertext, encryption context {purpose, organizationId, wabaId}. */
  ciphertext: Uint8Array;
}

/** The organisations' credentials. */
export interface Credentials {
  /** Reads one, consistently. Decrypts nothing. */
  find(organizationId: string, wabaId: string): Promise<Credential | undefined>;
  /** The WABAs that an organisation has credentials for. */
  wabasOf(organizationId: string): Promise<string[]>;
  /**
   * Decrypts a credential's token; remembered for five minutes.
   * @throws where KMS refuses or cannot be reached
   */
  open(credential: Credential): Promise<AccessToken>;
  /** Marks a credential INVALID while it is the one that was read. @returns whether this was the write that did it */
  invalidate(credential: Credential, reason: string, now: string): Promise<boolean>;
}
