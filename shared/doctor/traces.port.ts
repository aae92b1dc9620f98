/** What the service has written down of its own work. */
export interface Traces {
  /** When a test of Meta's dashboard came last, RFC 3339; undefined where none ever came. */
  lastTestWebhook(): Promise<string | undefined>;
  /** How often Meta has answered with an error to a number's requests for files, in the clock hour of `at`. */
  mediaErrors(phoneNumberId: string, at: Date): Promise<number>;
}
