import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import * as z from 'zod';
import { type ApiMethod, jsonApi } from '../../shared/http/api.ts';
import { Problem } from '../../shared/http/problem.ts';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';
import { countBy } from '../../shared/runtime/count-by.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { sendMetrics } from './metrics.ts';

const callerSchema = z.object({ organizationId: organizationIdSchema });

/** Logs what went wrong beside the outcome that is counted or answered. */
export function report(error: unknown): void {
  logger.error('A step failed', errorFields(error));
}

/** The handler of a function behind SendApi: what it refuses is counted, what it fails at is logged. */
export function apiHandler(
  methods: Partial<Record<'GET' | 'POST', ApiMethod>>,
  organizationsClaim: string | undefined,
) {
  const counted = Object.entries(methods).map(([name, method]) => [name, refusalsCounted(method)]);
  const answer = jsonApi(Object.fromEntries(counted), { organizationsClaim, onError: report });
  return middy()
    .use(logMetrics(metrics))
    .handler((event: unknown) => {
      metrics.addMetric(sendMetrics.requests, MetricUnit.Count, 1);
      return answer(event);
    });
}

/** A method with its refusals counted. */
export function refusalsCounted(method: ApiMethod): ApiMethod {
  return async (request) => {
    try {
      return await method(request);
    } catch (error) {
      const code = error instanceof Problem ? error.code : 'internal-error';
      countRefusal(code, organizationIn(request));
      throw error;
    }
  };
}

/** The organisation that a request names, whether or not its caller may act for it. */
function organizationIn({ query, body }: Parameters<ApiMethod>[0]): string | undefined {
  try {
    const named = 'organizationId' in query ? query : body();
    return callerSchema.safeParse(named).data?.organizationId;
  } catch {
    return undefined;
  }
}

/** Counts a request that was refused. @param code a problem's code */
export function countRefusal(code: string, organizationId?: string): void {
  countBy(sendMetrics.requestsRefused, { code }, { organizationId });
}
