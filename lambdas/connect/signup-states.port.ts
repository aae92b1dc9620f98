/** Who has started a signup, and where its browser goes afterwards. */
export interface SignupStart {
  organizationId: string;
  userId: string;
  /** One of the configured pages; absent for the popup. */
  redirectUri?: string | undefined;
}

/** The states that Embedded Signup carries through the browser. */
export interface SignupStates {
  /** Keeps a state until a time; only its hash is stored. */
  issue(state: string, start: SignupStart, expiresAt: Date): Promise<void>;
  /**
   * Uses a state up.
   * @param organizationId whose it has to be; absent where the state itself has to tell
   * @returns undefined where there is none, where it is used or too old, or where it is another's
   */
  use(
    state: string,
    now: Date,
    organizationId?: string | undefined,
  ): Promise<SignupStart | undefined>;
}
