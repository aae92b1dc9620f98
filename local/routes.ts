/** A request to one of the local run's own `/_local/*` addresses. */
export interface LocalRequest {
  query: URLSearchParams;
  /** The parsed JSON body; undefined where there is none. */
  body: unknown;
}

/** What a local route answers: `body` is sent as JSON, or as the text that `contentType` says it is. */
export interface LocalResponse {
  status: number;
  body: unknown;
  contentType?: 'text/html' | 'text/javascript';
}

/** One `/_local/*` address, contributed by a part of the local run. */
export interface LocalRoute {
  method: 'GET' | 'POST';
  path: `/_local/${string}`;
  handle(request: LocalRequest): Promise<LocalResponse>;
}
