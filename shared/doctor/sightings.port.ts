/** What an organisation's number can be seen to do. */
export type SightingKind = 'webhook' | 'file';

/** One thing that is seen now and then. */
export interface Sighting {
  /** `webhook`: one was stored; `file`: a customer's file was stored. */
  kind: SightingKind;
  organizationId: string;
  phoneNumberId: string;
}

/** What is written down of when something was seen last, for 90 days. */
export interface Sightings {
  /** Writes it down, unless it was seen later than that already. @param at RFC 3339 */
  note(sighting: Sighting, at: string): Promise<void>;
}
