import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import { type ApiMethod, type HttpAnswer, jsonApi } from '../../shared/http/api.ts';
import { Problem } from '../../shared/http/problem.ts';
import { countBy } from '../../shared/runtime/count-by.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { mediaMetrics } from './metrics.ts';

/** A method, and the metric that counts what it has done. */
type CountedMethod = [method: ApiMethod, metric: string];

/** The handler of a function whose requests are counted. */
export function countedHandler(api: (event: unknown) => Promise<HttpAnswer>) {
  return middy()
    .use(logMetrics(metrics))
    .handler((event: unknown) => {
      metrics.addMetric(mediaMetrics.requests, MetricUnit.Count, 1);
      return api(event);
    });
}

/** An address whose methods are counted by what they have done, and by what they have refused. */
export function countedApi(
  methods: Partial<Record<'GET' | 'POST', CountedMethod>>,
  organizationsClaim: string | undefined,
): (event: unknown) => Promise<HttpAnswer> {
  const counted = Object.entries(methods).map(([name, method]) => [name, countedMethod(method)]);
  return jsonApi(Object.fromEntries(counted), {
    organizationsClaim,
    onError: (error) => logger.error('A request has failed', errorFields(error)),
  });
}

function countedMethod([method, metric]: CountedMethod): ApiMethod {
  return async (request) => {
    try {
      const answer = await method(request);
      metrics.addMetric(metric, MetricUnit.Count, 1);
      return answer;
    } catch (error) {
      const code = error instanceof Problem ? error.code : 'internal-error';
      countBy(mediaMetrics.requestsRefused, { code });
      throw error;
    }
  };
}
