/** What came of a request: an HTTP status, or why there is none. */
export type EndpointAnswer =
  | {
      kind: 'answered';
      status: number;
      /** In how many ms the endpoint wants to be asked again, where it says so. */
      retryAfterMs: number | undefined;
      /** Where it redirects to, which is not followed. */
      location: string | undefined;
    }
  /** `connect-timeout`, `answer-timeout`, or Node's code for the error. */
  | { kind: 'unanswered'; problem: string };

/** The address of the inbox backend that events are posted to. */
export interface Endpoint {
  /** Posts JSON once. Never rejects. Of what is `unanswered` nobody knows whether it has arrived. */
  post(headers: Readonly<Record<string, string>>, json: string): Promise<EndpointAnswer>;
}
