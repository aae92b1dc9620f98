import { WhatsappApiError } from './api-error.ts';
import { type Exchanged, exchange, type Patience, untilAnswered } from './attempts.ts';
import { type Auth, provided, regionOf, signedHeaders } from './authorization.ts';
import type { Operation, Problem } from './types.ts';

/** Where the API is, how it lets the caller in, and how patient the client is. */
export interface ClientOptions {
  /** The output `SendApiUrl` of the stage, or the address of a local run. */
  baseUrl: string;
  /** Absent for a local run, which lets everybody in. */
  auth?: Auth;
  /** Of the signature; needed where the address is not one of AWS's own. */
  region?: string;
  fetch?: typeof globalThis.fetch;
  /** How long one attempt may take, in ms; 31,000 where absent: a second longer than API Gateway waits. */
  timeoutMs?: number;
  /** How long a call may take with all its repeats, in ms; 90,000 where absent. */
  deadlineMs?: number;
  /** How often a call is repeated at most; 5 times where absent. */
  retries?: number;
}

/** What may be said for one call. */
export interface CallOptions {
  /** Ends the call, and its waiting for a repeat. What was sent may have arrived. */
  signal?: AbortSignal;
  /**
   * Of a send; a new UUID where absent, the same for all repeats of the call. Give one that is kept with
   * the message where a send shall be repeated after a crash, too.
   */
  idempotencyKey?: string;
}

/** Calls an operation. Resolves to its answer. @throws WhatsappApiError */
export type Call = <Answer>(
  operation: Operation,
  request: object,
  options?: CallOptions,
) => Promise<Answer>;

/** Calls as they are made with these options. Throws where no region is known to sign for. */
export function callerOf(options: ClientOptions): Call {
  const { fetch = globalThis.fetch } = options;
  const patience = patienceOf(options);
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const authorize = authorizerOf(options);

  return async <Answer>(
    operation: Operation,
    request: object,
    { signal, idempotencyKey: givenKey }: CallOptions = {},
  ): Promise<Answer> => {
    const { method, path, input, keyed } = operation;
    const idempotencyKey = keyed ? (givenKey ?? crypto.randomUUID()) : undefined;
    const url = new URL(baseUrl + path);
    if (input === 'query') url.search = queryOf(request);
    const body = input === 'body' ? JSON.stringify(request) : undefined;
    const headers = {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(idempotencyKey !== undefined && { 'idempotency-key': idempotencyKey }),
    };

    const attempt = async (signal: AbortSignal): Promise<Answer> => {
      const authorized = await authorize({ method, url, headers, body });
      const init = { method, headers: authorized, signal, ...(body !== undefined && { body }) };
      return readAnswer(await exchange(fetch, url, init));
    };
    try {
      return await untilAnswered({
        ...{ ...patience, attempt, signal },
        mayRepeat: (error) => mayRepeat(operation, error),
      });
    } catch (error) {
      if (error instanceof WhatsappApiError && idempotencyKey !== undefined) {
        error.idempotencyKey = idempotencyKey;
      }
      throw error;
    }
  };
}

/** How patient these options ask to be. */
export function patienceOf(options: ClientOptions): Patience {
  const { timeoutMs = 31_000, deadlineMs = 90_000, retries = 5 } = options;
  return { timeoutMs, deadlineMs, retries };
}

/**
 * Tells whether a repeat can help, and do no harm. What must not be made twice is repeated only where the
 * first was not let in; a send may always be repeated, thanks to its key.
 */
export function mayRepeat({ repeatable }: Operation, { status, code }: WhatsappApiError): boolean {
  if (status === 429) return true;
  return (
    repeatable &&
    (['send-in-flight', 'unreachable', 'timeout'].includes(code) ||
      (status !== undefined && [500, 502, 503, 504].includes(status)))
  );
}

function authorizerOf({ auth, region, baseUrl }: ClientOptions) {
  type Request = Parameters<typeof signedHeaders>[0];
  if (auth === undefined) return async ({ headers }: Request) => headers;
  if ('token' in auth) {
    const { token } = auth;
    return async ({ headers }: Request) => {
      return { ...headers, authorization: `Bearer ${await provided(token)}` };
    };
  }
  const { credentials } = auth;
  const known = region ?? regionOf(new URL(baseUrl).hostname, 'execute-api');
  if (known === undefined) {
    throw new TypeError('Give a region: the baseUrl does not say which one to sign for');
  }
  const scope = { service: 'execute-api', region: known } as const;
  return async (request: Request) => signedHeaders(request, await provided(credentials), scope);
}

function queryOf(request: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(request)) {
    if (value !== undefined) query.set(name, String(value));
  }
  return query.toString();
}

function readAnswer<Answer>({ status, headers, text }: Exchanged): Answer {
  if (status >= 200 && status < 300) {
    try {
      // What the service answers fits its own documents: it is tested there.
      const answer: Answer = JSON.parse(text);
      return answer;
    } catch (cause) {
      const detail = 'The answer is no JSON.';
      throw new WhatsappApiError({ status, code: 'unreadable-answer', detail, cause });
    }
  }
  const problem = problemIn(text);
  const seconds = Number(headers.get('retry-after') ?? Number.NaN);
  throw new WhatsappApiError({
    status,
    code: problem?.code ?? authorizerCodes.get(status) ?? `http-${status}`,
    detail: problem?.detail ?? 'The answer is no problem document.',
    problem,
    ...(seconds >= 0 && { retryAfterMs: seconds * 1000 }),
  });
}

const authorizerCodes = new Map([
  [401, 'unauthorized'],
  [403, 'forbidden'],
]);

function problemIn(text: string): Problem | undefined {
  try {
    const body: Problem | null = JSON.parse(text);
    return typeof body?.code === 'string' ? body : undefined;
  } catch {
    return undefined;
  }
}
