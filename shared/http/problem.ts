/** The codes of all problems that the API answers with, each with its HTTP status. Codes are added, never changed. */
export const problemStatuses = {
  'invalid-request': 400,
  'idempotency-key-required': 400,
  'not-found': 404,
  'method-not-allowed': 405,
  'send-in-flight': 409,
  'connection-invalid': 409,
  'request-too-large': 413,
  'unsupported-media-type': 415,
  'idempotency-key-reused': 422,
  'window-closed': 422,
  'recipient-opted-out': 422,
  'reaction-target-invalid': 422,
  'template-not-sendable': 422,
  'template-parameters-invalid': 422,
  'meta-refused': 422,
  throttled: 429,
  'internal-error': 500,
  'meta-error': 502,
  unavailable: 503,
} as const;

/** A problem's code. */
export type ProblemCode = keyof typeof problemStatuses;

/** What Meta said of a problem, or would have said. */
export interface MetaSays {
  code: number;
  subcode?: number | undefined;
  title?: string | undefined;
  details?: string | undefined;
  fbtraceId?: string | undefined;
}

/** One thing that is wrong with a request. */
export interface RequestProblem {
  /** Where, from the body's or query's root: `message.interactive.action.buttons[0].reply.title`. */
  path: string;
  detail: string;
  /** What Meta would have answered, where it has a code for it. */
  meta?: MetaSays | undefined;
}

/** What a problem says beside its code. */
export interface ProblemDetails {
  /** One or two sentences: what is wrong, and what to do. Never a phone number, token or message text. */
  detail: string;
  problems?: readonly RequestProblem[];
  meta?: MetaSays | undefined;
  sendId?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/** An answer that is not the one that the caller wants: an RFC 9457 problem document. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails) {
    super(`${code}: ${details.detail}`);
    this.code = code;
    this.details = details;
  }
}
