import type { IncomingHttpHeaders } from 'node:http';
import type * as z from 'zod';
import { parseJson } from '../json.ts';
import type { GraphAnswer, GraphError, GraphUsage } from './graph.port.ts';
import { appUsageSchema, businessUsageSchema, graphErrorSchema } from './graph-answer.schema.ts';
import { type GraphErrorClass, graphErrorKind } from './graph-errors.ts';

/** What came back over HTTP, whole. */
export interface HttpResponse {
  status: number;
  /** By names in lower case. */
  headers: IncomingHttpHeaders;
  text: string;
}

const minuteMs = 60 * 1000;

/** Meta's own texts are shorter. */
const maxTextLength = 500;

/**
 * Tells how a call ended from its whole answer. An error body with a code is a refusal whatever the
 * HTTP status says; what is neither JSON with 2xx nor such a body tells nothing.
 * @param now in ms since 1970, for a Retry-After that is a date
 */
export function graphAnswer(response: HttpResponse, now: number): GraphAnswer {
  const { status, text } = response;
  const usage = usageOf(response.headers);
  const json = parseJson(text);
  if (!json.ok) {
    return { kind: 'ambiguous', problem: `HTTP ${status} with a body that is not JSON`, usage };
  }
  const refusal = graphErrorSchema.safeParse(json.value).data;
  if (refusal) {
    return { kind: 'refused', error: errorOf(refusal.error, response, usage, now), usage };
  }
  return status >= 200 && status <= 299
    ? { kind: 'ok', body: json.value, usage }
    : { kind: 'ambiguous', problem: `HTTP ${status} without an error of Meta's`, usage };
}

function errorOf(
  error: z.output<typeof graphErrorSchema>['error'],
  { status, headers }: HttpResponse,
  usage: GraphUsage | undefined,
  now: number,
): GraphError {
  const { code, error_subcode: subcode, is_transient: isTransient } = error;
  const kind = graphErrorKind(code, subcode);
  return {
    ...kind,
    class: classOf(kind.class, isTransient === true, status),
    code,
    subcode,
    title: cleanText(error.error_user_title || error.message),
    details: cleanText(error.error_data || error.error_user_msg),
    fbtraceId: cleanText(error.fbtrace_id),
    httpStatus: status,
    retryAfterMs: retryAfterOf(headers['retry-after'], now) ?? (usage?.regainAccessMs || undefined),
  };
}

function classOf(known: GraphErrorClass, isTransient: boolean, status: number): GraphErrorClass {
  if (isTransient && known !== 'throttle') {
    return 'retry';
  }
  if (known !== 'unknown') {
    return known;
  }
  if (status >= 500) {
    return 'retry';
  }
  return status === 401 ? 'reconnect' : 'permanent';
}

/** Without what would forge a line or turn the writing direction of a log or a page. */
function cleanText(text: string | undefined): string | undefined {
  return (text || undefined)
    ?.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .slice(0, maxTextLength)
    .toWellFormed();
}

/** Source: RFC 9110, section 10.2.3: seconds, or a date. */
function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) {
    return undefined;
  }
  if (/^\d{1,6}$/.test(header)) {
    return Number(header) * 1000;
  }
  const at = /^\w{3}, \d\d \w{3} \d{4} /.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}

function usageOf(headers: IncomingHttpHeaders): GraphUsage | undefined {
  const app = headerJson(headers['x-app-usage'], appUsageSchema);
  const businesses = headerJson(headers['x-business-use-case-usage'], businessUsageSchema);
  const limits = Object.values(businesses ?? {}).flat();
  const parts = [...(app ? [app] : []), ...limits];
  if (parts.length === 0) {
    return undefined;
  }
  return {
    percent: Math.max(
      ...parts.flatMap(({ call_count, total_time, total_cputime }) => [
        call_count,
        total_time,
        total_cputime,
      ]),
    ),
    regainAccessMs:
      Math.max(0, ...limits.map((limit) => limit.estimated_time_to_regain_access)) * minuteMs,
  };
}

function headerJson<Schema extends z.ZodType>(
  header: string | string[] | undefined,
  schema: Schema,
): z.output<Schema> | undefined {
  const json = typeof header === 'string' ? parseJson(header) : undefined;
  return json?.ok ? schema.safeParse(json.value).data : undefined;
}
