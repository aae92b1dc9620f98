import { isUtf8 } from 'node:buffer';
import type * as z from 'zod';
import { parseJson } from '../json.ts';
import { type ApiEvent, apiEventSchema } from './api-event.schema.ts';
import { Problem, problemStatuses, problemTitles } from './problem.ts';
import { requestProblems } from './request-problems.ts';

/** An answer as API Gateway takes it. */
export interface HttpAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string;
}

/** What a method answers; `body` is sent as JSON. */
export interface ApiAnswer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A request whose input nobody has checked yet. */
interface ApiRequest {
  /** @throws Problem where the body is no JSON */
  body(): unknown;
  query: Readonly<Record<string, string>>;
  header(name: string): string | undefined;
  mayActFor(organizationId: string): boolean;
}

/** One method of an address. @throws Problem, or what else went wrong */
export type ApiMethod = (request: ApiRequest) => Promise<ApiAnswer>;

const maxBodyBytes = 256 * 1024;

/** More are counted and not listed: an answer of Lambda has a limit too. */
const maxListedProblems = 100;

/**
 * Makes a method of its use-case: `handle` gets the body or the query as the schema gives it, and only
 * where the caller may act for the organisation that it names. It may throw a `Problem`.
 */
export function apiMethod<Schema extends z.ZodType<{ organizationId: string }>>({
  input,
  handle,
}: {
  input: { body: Schema } | { query: Schema };
  handle(
    input: z.output<Schema>,
    request: { header(name: string): string | undefined },
  ): Promise<ApiAnswer>;
}): ApiMethod {
  return async (request) => {
    const { data, error } =
      'body' in input ? input.body.safeParse(request.body()) : input.query.safeParse(request.query);
    if (error) {
      throw invalidRequest(error, 'body' in input ? 'body' : 'query');
    }
    if (!request.mayActFor(data.organizationId)) {
      throw new Problem('not-found', {
        detail: 'There is no such organisation, or the token is not for it.',
        problems: [{ path: 'organizationId', detail: 'is not an organisation of this token' }],
      });
    }
    return handle(data, { header: request.header });
  };
}

/**
 * Answers the events of an HTTP API (payload format 2.0) with JSON, or with a problem document.
 * Never rejects: what is no `Problem` goes to `onError` and is answered 500.
 * @param options.organizationsClaim the claim of a JWT that lists the organisations that it is for, or
 * has `*` for all. A request that another authorizer has let in may act for all.
 */
export function jsonApi(
  methods: Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', ApiMethod>>,
  options: { organizationsClaim: string | undefined; onError(error: unknown): void },
): (event: unknown) => Promise<HttpAnswer> {
  const methodsByName = new Map(Object.entries(methods));
  return async (event) => {
    try {
      const apiEvent = apiEventSchema.parse(event);
      const method = methodsByName.get(apiEvent.requestContext.http.method);
      return method
        ? jsonAnswer(await method(requestOf(apiEvent, options.organizationsClaim)))
        : problemAnswer(
            new Problem('method-not-allowed', { detail: `Use ${allowed(methodsByName)}.` }),
            { allow: allowed(methodsByName) },
          );
    } catch (error) {
      if (error instanceof Problem) {
        return problemAnswer(error);
      }
      options.onError(error);
      return problemAnswer(internalError(event));
    }
  };
}

/**
 * Answers the events of a function with several paths, each by its own API. Never rejects.
 * @param apis by path, as the routes have it
 */
export function apiByPath(
  apis: Readonly<Record<string, (event: unknown) => Promise<HttpAnswer>>>,
): (event: unknown) => Promise<HttpAnswer> {
  const apisByPath = new Map(Object.entries(apis));
  return async (event) => {
    const api = apisByPath.get(apiEventSchema.safeParse(event).data?.rawPath ?? '');
    return api
      ? api(event)
      : problemAnswer(new Problem('not-found', { detail: 'There is no such address.' }));
  };
}

function allowed(methods: ReadonlyMap<string, ApiMethod>): string {
  return [...methods.keys()].join(', ');
}

function requestOf(event: ApiEvent, organizationsClaim: string | undefined): ApiRequest {
  const headers = new Map(Object.entries(event.headers));
  const jwt = event.requestContext.authorizer?.jwt;
  return {
    body: () => jsonBody(event, headers.get('content-type')),
    query: event.queryStringParameters,
    header: (name) => headers.get(name.toLowerCase()),
    mayActFor(organizationId) {
      const listed = claimedOrganizations(jwt?.claims?.[organizationsClaim ?? '']);
      return !jwt || listed.includes('*') || listed.includes(organizationId);
    },
  };
}

/** API Gateway hands an array over as "[a b c]"; an issuer may also write "a b" or "a,b". */
function claimedOrganizations(claim: unknown): string[] {
  return typeof claim === 'string' ? claim.replace(/^\[|\]$/g, '').split(/[\s,]+/) : [];
}

/**
 * Reads a request's body.
 * @throws Problem where it is no JSON, or larger than 256 KiB
 */
export function jsonBody(
  { body, isBase64Encoded }: Pick<ApiEvent, 'body' | 'isBase64Encoded'>,
  contentType: string | undefined,
): unknown {
  if (!/^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(contentType ?? '')) {
    throw new Problem('unsupported-media-type', {
      detail: 'Send the body as JSON, with the header Content-Type: application/json.',
    });
  }
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > maxBodyBytes) {
    throw new Problem('request-too-large', {
      detail: `The body has ${bytes.length} bytes. At most ${maxBodyBytes} are taken.`,
    });
  }
  const json = isUtf8(bytes) ? parseJson(bytes.toString('utf8')) : undefined;
  if (!json?.ok) {
    throw new Problem('invalid-request', {
      detail:
        json?.problem === 'too-deep'
          ? 'The body is nested more deeply than any request needs.'
          : 'The body is not JSON in UTF-8.',
    });
  }
  return json.value;
}

function invalidRequest(error: z.ZodError, where: 'body' | 'query'): Problem {
  const problems = requestProblems(error.issues);
  const count = problems.length === 1 ? 'One thing is' : `${problems.length} things are`;
  const listed = problems.length > maxListedProblems ? ` The first ${maxListedProblems}` : ' All';
  return new Problem('invalid-request', {
    detail: `${count} wrong with the ${where}.${listed} are in "problems", each with its path.`,
    problems: problems.slice(0, maxListedProblems),
  });
}

function internalError(event: unknown): Problem {
  const requestId = apiEventSchema.safeParse(event).data?.requestContext.requestId ?? 'unknown';
  return new Problem('internal-error', {
    detail: `Repeat the request, a send with the same Idempotency-Key. If it fails again, give the operator of this service the request id ${requestId}.`,
  });
}

function jsonAnswer({ status, body, headers }: ApiAnswer): HttpAnswer {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}

/** Source: RFC 9457, "Problem Details for HTTP APIs". */
function problemAnswer({ code, details }: Problem, headers?: Record<string, string>): HttpAnswer {
  const { detail, problems, meta, sendId, reason, step, retryAfterSeconds } = details;
  const status = problemStatuses[code];
  return jsonAnswer({
    status,
    headers: {
      'content-type': 'application/problem+json',
      ...(retryAfterSeconds === undefined
        ? {}
        : { 'retry-after': String(Math.max(0, Math.ceil(retryAfterSeconds))) }),
      ...headers,
    },
    body: {
      type: `urn:nexus-whatsapp:problem:${code}`,
      title: problemTitles[code],
      status,
      detail,
      code,
      problems,
      meta,
      sendId,
      reason,
      step,
    },
  });
}
