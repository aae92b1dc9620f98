import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { errorKindOf } from './error-table.ts';

/** One call of the Graph API, read. */
export interface GraphCallIn {
  method: string;
  /** The segments behind the version, decoded. */
  path: string[];
  query: URLSearchParams;
  /** Parsed JSON; form fields or parts by name (a part with a file name is a `File`); undefined where there is none, or no such. */
  body: unknown;
  headers: IncomingHttpHeaders;
  raw: Buffer;
  /** Of the Authorization header, the query or the body. */
  token: string | undefined;
}

/** What is answered: a `Buffer` as it is, anything else as JSON. */
export interface GraphAnswerOut {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A part of the Graph API: undefined for a call that is not its own. Throws `GraphError` to refuse one. */
export type GraphEdge = (
  call: GraphCallIn,
) => GraphAnswerOut | undefined | Promise<GraphAnswerOut | undefined>;

/** What an error carries beside its code. */
export interface GraphErrorOptions {
  /** HTTP; what belongs to the code where it is absent. */
  status?: number | undefined;
  subcode?: number | undefined;
  /** The whole message; `(#code) title` where it is absent. */
  message?: string | undefined;
  /** `error_data.details`. */
  details?: string | undefined;
  type?: string | undefined;
  transient?: boolean | undefined;
  headers?: Record<string, string> | undefined;
}

/** A refusal that an edge throws, and the answer that it becomes. */
export class GraphError extends Error {
  override name = 'GraphError';
  readonly code: number;
  readonly answer: GraphAnswerOut;

  constructor(code: number, message: string, answer: GraphAnswerOut) {
    super(message);
    this.code = code;
    this.answer = answer;
  }
}

/**
 * An error in Graph's envelope.
 * Source: Meta, "Handle errors" of the Graph API, and "Error codes" of the Cloud API.
 */
export function graphError(code: number, options: GraphErrorOptions = {}): GraphError {
  const kind = errorKindOf(code);
  const title = kind.title || 'Simulated fault';
  const message = options.message ?? (kind.prefixed ? `(#${code}) ${title}` : title);
  const { details, type = 'OAuthException', headers } = options;
  const error = {
    message,
    type,
    code,
    error_subcode: options.subcode ?? kind.subcode,
    is_transient: options.transient ?? kind.transient,
    ...(details !== undefined && { error_data: { messaging_product: 'whatsapp', details } }),
    fbtrace_id: `A${randomBytes(16).toString('base64url')}`,
  };
  const status = options.status ?? kind.status;
  return new GraphError(code, message, { status, body: { error }, ...(headers && { headers }) });
}

/** The answer of an edge that found nothing to refuse. */
export function ok(body: unknown): GraphAnswerOut {
  return { status: 200, body };
}
