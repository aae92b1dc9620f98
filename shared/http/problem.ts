/** The codes of all problems that the API answers with, each with its HTTP status. Codes are added, never changed. */
export const problemStatuses = {
  'invalid-request': 400,
  'idempotency-key-required': 400,
  'not-found': 404,
  'method-not-allowed': 405,
  'send-in-flight': 409,
  'connection-invalid': 409,
  'still-connected': 409,
  'request-too-large': 413,
  'unsupported-media-type': 415,
  'idempotency-key-reused': 422,
  'window-closed': 422,
  'recipient-opted-out': 422,
  'reaction-target-invalid': 422,
  'template-not-sendable': 422,
  'template-parameters-invalid': 422,
  'media-unusable': 422,
  'media-expired': 422,
  'meta-refused': 422,
  'send-failed': 422,
  throttled: 429,
  'internal-error': 500,
  'meta-error': 502,
  unavailable: 503,
} as const;

/** A problem's code. */
export type ProblemCode = keyof typeof problemStatuses;

/** What each problem is, in one sentence that is always the same. */
export const problemTitles: Readonly<Record<ProblemCode, string>> = {
  'invalid-request': 'The request is not valid.',
  'idempotency-key-required': 'A send needs an Idempotency-Key.',
  'not-found': 'There is no such thing in this organisation.',
  'method-not-allowed': 'This address does not take this method.',
  'send-in-flight': 'The same send is being made at this moment.',
  'connection-invalid': 'The WhatsApp Business Account has to be connected again.',
  'still-connected': 'The organisation still has connections.',
  'request-too-large': 'The request is too large.',
  'unsupported-media-type': 'The body has to be JSON.',
  'idempotency-key-reused': 'The Idempotency-Key belongs to another request.',
  'window-closed': 'The customer service window is closed.',
  'recipient-opted-out': 'The recipient does not want such messages.',
  'reaction-target-invalid': 'This message takes no reaction.',
  'template-not-sendable': 'The template cannot be sent.',
  'template-parameters-invalid': 'The parameters do not fit the template.',
  'media-unusable': 'The file cannot be used for this.',
  'media-expired': 'Meta does not keep the file any more.',
  'meta-refused': 'Meta has refused the request.',
  'send-failed': 'The send has failed.',
  throttled: 'Meta takes no more at the moment.',
  'internal-error': 'The request has failed on our side.',
  'meta-error': 'Meta has an error of its own.',
  unavailable: 'A service that the request needs cannot be used at the moment.',
};

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
  /** A word of a published list, where the code alone does not tell what to say. */
  reason?: string | undefined;
  /** The step that has failed. */
  step?: string | undefined;
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
