import type { Sighting } from './sightings.port.ts';

/** What the service has written down of its own work. */
export interface Traces {
  /** When something was seen last, RFC 3339; undefined where it never was, or not for 90 days. */
  lastSeen(sighting: Sighting): Promise<string | undefined>;
  /** When an organisation has connected an account, RFC 3339; undefined where that is not known. */
  connectedAt(organizationId: string, wabaId: string): Promise<string | undefined>;
  /** When a test of Meta's dashboard came last, RFC 3339; undefined where none ever came. */
  lastTestWebhook(): Promise<string | undefined>;
  /** How often Meta has answered with an error to a number's requests for files, in the clock hour of `at`. */
  mediaErrors(phoneNumberId: string, at: Date): Promise<number>;
}
