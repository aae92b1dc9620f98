import type { ConnectedNumber } from './route.port.ts';

/** An organisation and a WABA. */
export type ConnectedAccount = Pick<ConnectedNumber, 'organizationId' | 'wabaId'>;

/**
 * Which organisation a number and a WABA are given to. A claim leads nothing anywhere yet: what comes in
 * is parked until the route is activated. All of it may be said again.
 */
export interface RouteClaims {
  /**
   * Claims a number for an organisation. Where another one has released it, what came for it before is
   * not this one's: its route says so.
   * @returns `taken`: another organisation has it; `cooling`: another has released it, and routes to it
   * may still be remembered somewhere for a minute
   */
  claimNumber(number: ConnectedNumber, at: Date): Promise<'claimed' | 'taken' | 'cooling'>;
  /** Notes that an organisation uses a WABA. Several may. */
  claimAccount(account: ConnectedAccount): Promise<void>;
  /**
   * Opens the route of a claimed number: from here on its webhooks are the organisation's.
   * @returns false where the number is not the organisation's any more
   */
  activateNumber(number: ConnectedNumber): Promise<boolean>;
  /** Opens the route of a claimed WABA. */
  activateAccount(account: ConnectedAccount): Promise<void>;
  /** Gives a number back. What is another organisation's, or belongs to another WABA, stays. */
  releaseNumber(number: ConnectedNumber, at: Date): Promise<void>;
  /** Gives a WABA back. */
  releaseAccount(account: ConnectedAccount, at: Date): Promise<void>;
  /** The organisations that use a WABA: that have claimed it and have not given it back. */
  usersOf(wabaId: string): Promise<string[]>;
}
