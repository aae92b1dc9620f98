import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { Graph } from '../../shared/graph/graph.port.ts';
import { type ApiMethod, jsonApi } from '../../shared/http/api.ts';
import { Problem } from '../../shared/http/problem.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { sendMetrics } from './metrics.ts';

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
      countRefusal(error instanceof Problem ? error.code : 'internal-error');
      throw error;
    }
  };
}

/** Counts a request that was refused. @param code a problem's code */
export function countRefusal(code: string): void {
  countOne(sendMetrics.requestsRefused, { code });
}

/** Meta's Graph API with its calls timed, and counted where they did not succeed. */
export function measured(graph: Graph): Graph {
  return {
    async call(request) {
      const startedAt = performance.now();
      const answer = await graph.call(request);
      const latencyMs = performance.now() - startedAt;
      metrics.addMetric(sendMetrics.graphLatencyMs, MetricUnit.Milliseconds, latencyMs);
      if (answer.kind !== 'ok') {
        const outcome = answer.kind === 'refused' ? answer.error.class : answer.kind;
        countOne(sendMetrics.graphFailures, { outcome });
      }
      return answer;
    },
  };
}

/** Each value of a dimension is a metric of its own: it must have few of them. */
function countOne(name: string, dimension: Record<string, string>): void {
  const single = metrics.singleMetric();
  single.addDimensions(dimension);
  single.addMetric(name, MetricUnit.Count, 1);
}
