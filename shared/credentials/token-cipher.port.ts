import type { AccessToken } from './access-token.ts';

/** Turns tokens into what may be stored, and back. */
export interface TokenCipher {
  /** Encrypts a token under a context. */
  encrypt(token: AccessToken, context: Readonly<Record<string, string>>): Promise<Uint8Array>;
  /**
   * Decrypts what was encrypted under the same context.
   * @throws an error called ThrottlingException while there are too many calls; any other where it is
   * refused or the service cannot be reached
   */
  decrypt(ciphertext: Uint8Array, context: Readonly<Record<string, string>>): Promise<AccessToken>;
}
