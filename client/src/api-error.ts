import type { Problem } from './types.ts';

/** What is known of a request that had no usable answer. */
export interface Failure {
  /** The HTTP status; undefined where nothing answered. */
  status?: number | undefined;
  code: string;
  detail: string;
  problem?: Problem | undefined;
  /** When it may be repeated, in ms from the answer. */
  retryAfterMs?: number | undefined;
  cause?: unknown;
}

/** A request that was refused, failed, or was not answered. Act on `code`. */
export class WhatsappApiError extends Error {
  override readonly name = 'WhatsappApiError';
  /** The HTTP status; undefined where nothing answered. */
  readonly status: number | undefined;
  /**
   * The code of the problem document: see docs/api.md, "Problems". The client's own: `unauthorized` and
   * `forbidden` (401 and 403 of the authorizer), `http-<status>` (an answer without a problem document),
   * `unreadable-answer`, `unreachable`, `timeout`.
   */
  readonly code: string;
  /** The problem document, where the service has answered one. */
  readonly problem: Problem | undefined;
  /** When it may be repeated, in ms from the answer. */
  readonly retryAfterMs: number | undefined;
  /** Of a send: repeat it with this key, and the message is sent at most once. */
  idempotencyKey?: string;

  constructor({ status, code, detail, problem, retryAfterMs, cause }: Failure) {
    super(`${status === undefined ? '' : `${status} `}${code}: ${detail}`, { cause });
    this.status = status;
    this.code = code;
    this.problem = problem;
    this.retryAfterMs = retryAfterMs;
  }
}
