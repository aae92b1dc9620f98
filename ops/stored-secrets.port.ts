/** A ciphertext in the table, and what it is encrypted for. */
export interface StoredSecret {
  organizationId: string;
  /** What it is: an access token, that of a signup without a connection, a number's PIN. */
  kind: 'token' | 'signup' | 'pin' | 'unknown';
  /** The WABA's, the signup's or the number's id at Meta; of an unknown kind its sort key. */
  id: string;
  ciphertext: Uint8Array;
  /** The encryption context; undefined for a kind that this version does not know. */
  context: Readonly<Record<string, string>> | undefined;
}

/** The ciphertexts in the table. */
export interface StoredSecrets {
  /** All of them, or an organisation's, page by page. */
  pages(organizationId: string | undefined): AsyncIterable<StoredSecret[]>;
  /**
   * Puts another ciphertext in the place of the one that was read.
   * @returns false where that one is not there any more: then nothing is changed
   */
  replace(secret: StoredSecret, ciphertext: Uint8Array): Promise<boolean>;
}

/** A key that takes over what other keys, or its own older material, have encrypted. */
export interface TakeoverKey {
  /**
   * Encrypts anew under the same context, where nobody sees the plaintext.
   * @returns the new ciphertext, and whether the old one was of this key's present material; or why it
   * is refused, by the name of the error
   * @throws where the service cannot be used at all
   */
  reencrypt(
    ciphertext: Uint8Array,
    context: Readonly<Record<string, string>>,
  ): Promise<{ ciphertext: Uint8Array; wasCurrent: boolean } | { refused: string }>;
}
