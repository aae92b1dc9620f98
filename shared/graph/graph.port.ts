import type { AccessToken } from '../credentials/access-token.ts';
import type { GraphErrorKind } from './graph-errors.ts';

/** One call of the Graph API. */
export interface GraphRequest {
  method: 'GET' | 'POST' | 'DELETE';
  /** Behind the version, without a slash in front: `<phone number id>/messages`. */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Sent as JSON. */
  body?: unknown;
  token: AccessToken;
  /** Whose it is: for whoever measures it. Not sent. */
  organizationId?: string;
}

/** One call of the Graph API that the app makes for itself, with no organisation's token. */
export interface AppGraphRequest {
  /** `token`: with the app's own token; `client`: with its id and secret as `client_id`, `client_secret`. */
  as: 'token' | 'client';
  method: 'GET' | 'POST';
  /** Behind the version, without a slash in front. */
  path: string;
  query?: Readonly<Record<string, string>>;
  /** Parameters of the query that nobody may see: they are revealed on the wire and nowhere else. */
  secretQuery?: Readonly<Record<string, AccessToken>>;
}

/** An error that Meta has answered with: the request was not carried out. */
export interface GraphError extends GraphErrorKind {
  code: number;
  subcode?: number | undefined;
  /** Meta's `error_user_title`, else its `message`. */
  title?: string | undefined;
  /** Meta's `error_data.details`, else its `error_user_msg`. */
  details?: string | undefined;
  fbtraceId?: string | undefined;
  httpStatus: number;
  /** How long Meta asks to wait, in ms. */
  retryAfterMs?: number | undefined;
}

/** How much of Meta's limits is used up. Source: Graph API, "Rate limits". */
export interface GraphUsage {
  /** The highest of all percentages that the headers name. */
  percent: number;
  /** Until calls are accepted again, in ms; 0 where they are. */
  regainAccessMs: number;
}

/** How a call ended. */
export type GraphAnswer = { usage?: GraphUsage | undefined } & (
  | { kind: 'ok'; body: unknown }
  /** Meta's error body: definitely not carried out. */
  | { kind: 'refused'; error: GraphError }
  /** The request never left: definitely not carried out. */
  | { kind: 'unsent'; problem: string }
  /** A timeout, a broken connection, an answer that is none: nobody knows. */
  | { kind: 'ambiguous'; problem: string }
);

/** Meta's Graph API. */
export interface Graph {
  /** Makes one call, once. Never rejects. */
  call(request: GraphRequest): Promise<GraphAnswer>;
}

/** Meta's Graph API, called in the app's own name. */
export interface AppGraph {
  /** Makes one call, once. Never rejects. No secret of the request is in the answer's problem or error. */
  callAsApp(request: AppGraphRequest): Promise<GraphAnswer>;
}
