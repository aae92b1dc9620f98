import { graphErrorKind } from '../../../shared/graph/graph-errors.ts';
import type { HttpAnswer } from '../../../shared/http/api.ts';
import type { MetaSays, Problem, ProblemCode } from '../../../shared/http/problem.ts';

/** An error as the Graph API tells it. */
interface GraphRefusal {
  status: number;
  code: number;
  subcode?: number | undefined;
  message: string;
  /** For people: what is wrong and what to do. */
  details?: string | undefined;
  /** The same request may work later, and nothing has come of this one. */
  isTransient?: boolean;
  fbtraceId?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/** The HTTP status by code, where it is not 400. Source: Meta, "Error codes", its column of 2024. */
const statuses: ReadonlyMap<number, number> = new Map([
  ...[0, 102, 104, 190].map((code) => [code, 401] as const),
  ...[10, 368, 130497, 131005, 131031].map((code) => [code, 403] as const),
  ...[803, 132001].map((code) => [code, 404] as const),
  ...[3, 131000, 131016, 131045, 131057, 133000].map((code) => [code, 500] as const),
  ...[2, 133004].map((code) => [code, 503] as const),
]);

/** What Meta says without the code in front. */
const unprefixed = [0, 2, 102, 190, 80007];

/** What stands for our own problems: the nearest that clients of Meta know. */
const spoken: Readonly<Partial<Record<ProblemCode, MetaSays>>> = {
  'not-found': { code: 131009, title: 'Parameter value is not valid' },
  'connection-invalid': { code: 131005, title: 'Access denied' },
  throttled: { code: 130429, title: 'Rate limit hit' },
  'send-in-flight': { code: 2, title: 'Service temporarily unavailable' },
  unavailable: { code: 2, title: 'Service temporarily unavailable' },
  'meta-error': { code: 131000, title: 'Something went wrong' },
  'send-failed': { code: 131000, title: 'Something went wrong' },
  'internal-error': { code: 131000, title: 'Something went wrong' },
};

const invalidParameter: MetaSays = { code: 100, title: 'Invalid parameter' };

/** Nothing has been sent, and the same request may work later. */
const passing: readonly ProblemCode[] = [
  ...(['throttled', 'send-in-flight', 'unavailable', 'meta-error'] as const),
];

/** Who repeats these by himself at every 5xx could send a message twice, or for ever. */
const final: readonly ProblemCode[] = ['meta-refused', 'send-failed'];

/** As long as Meta's own. */
const maxDetailsLength = 1000;

/** The answer to a request with a token that is none, or none any more. */
export function tokenRefused(isGiven: boolean, traceId: string): HttpAnswer {
  return isGiven
    ? graphRefusal(
        {
          status: 401,
          code: 190,
          message: 'Invalid OAuth access token - Cannot parse access token',
        },
        traceId,
      )
    : graphRefusal(
        {
          status: 401,
          code: 104,
          message: 'An access token is required to request this resource.',
        },
        traceId,
      );
}

/** The answer for what is not there, or another organisation's, or not done here: Meta does not tell which. */
export function unsupportedObject(method: string, id: string, traceId: string): HttpAnswer {
  const message = `Unsupported ${method.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation. Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api`;
  return graphRefusal({ status: 400, code: 100, subcode: 33, message }, traceId);
}

/** Tells whether a problem is that the object of a request's path is not the organisation's. */
export function isOfObject({ code, details: { problems = [] } }: Problem): boolean {
  return (
    code === 'not-found' &&
    problems.some(({ path }) => path === 'phoneNumberId' || path === 'wabaId')
  );
}

/**
 * A problem as the Graph API would have told it: with Meta's own code where Meta has spoken or would have.
 * Source: Graph API, "Handle errors"; Meta, "Error codes" of the Cloud API.
 */
export function refusalOf({ code, details }: Problem, traceId: string): HttpAnswer {
  const { detail, problems = [], retryAfterSeconds } = details;
  // That our token is refused is nothing that a client could do with its own.
  const isOurs = code === 'connection-invalid';
  const meta = isOurs ? undefined : (details.meta ?? problems.find((one) => one.meta)?.meta);
  const {
    code: metaCode,
    title = detail,
    subcode,
    fbtraceId,
  } = meta ?? spoken[code] ?? invalidParameter;
  const prefix = unprefixed.includes(metaCode) || title.startsWith('(#') ? '' : `(#${metaCode}) `;
  const listed = problems.map(
    ({ path, detail: what }) => `${path.replace(/^message\./, '')}: ${what}`,
  );
  const isPassing = passing.includes(code);
  return graphRefusal(
    {
      status: statusOf(metaCode, code),
      code: metaCode,
      subcode,
      message: `${prefix}${title}`,
      details:
        meta?.details ??
        (listed.length > 0 ? listed.join('; ') : code === 'throttled' ? comeBack : detail),
      ...(isPassing ? { isTransient: true } : {}),
      fbtraceId,
      retryAfterSeconds,
    },
    traceId,
  );
}

const comeBack = 'Nothing has been sent. Send the message again after Retry-After.';

function statusOf(metaCode: number, problem: ProblemCode): number {
  if (graphErrorKind(metaCode).class === 'throttle') {
    return 429;
  }
  const isPermission = metaCode >= 200 && metaCode <= 299;
  const status = statuses.get(metaCode) ?? (isPermission ? 403 : 400);
  return final.includes(problem) && status >= 500 ? 400 : status;
}

function graphRefusal(
  {
    status,
    code,
    subcode,
    message,
    details,
    isTransient,
    fbtraceId,
    retryAfterSeconds,
  }: GraphRefusal,
  traceId: string,
): HttpAnswer {
  return graphAnswer(
    status,
    {
      error: {
        message,
        type: 'OAuthException',
        code,
        error_subcode: subcode,
        is_transient: isTransient,
        error_data:
          details === undefined
            ? undefined
            : { messaging_product: 'whatsapp', details: details.slice(0, maxDetailsLength) },
        fbtrace_id: fbtraceId ?? traceId,
      },
    },
    retryAfterSeconds === undefined
      ? {}
      : { 'retry-after': String(Math.max(0, Math.ceil(retryAfterSeconds))) },
  );
}

/** An answer as the Graph API gives it. */
export function graphAnswer(
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): HttpAnswer {
  return {
    statusCode: status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
