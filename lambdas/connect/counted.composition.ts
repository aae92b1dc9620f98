import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { logMetrics } from '@aws-lambda-powertools/metrics/middleware';
import middy from '@middy/core';
import type { HttpAnswer } from '../../shared/http/api.ts';
import type { MetaSays } from '../../shared/http/problem.ts';
import { countBy } from '../../shared/runtime/count-by.ts';
import { errorFields, logger, metrics } from '../../shared/runtime/observability.ts';
import { ConnectProblem, ForgedRequest } from './connect-problems.ts';
import { connectMetrics } from './metrics.ts';

/** What has stopped a connection. */
interface Stopped {
  /** Before there is a connection only its answer says whose it would be. */
  organizationId?: string;
  step: string;
  reason: string;
  meta: MetaSays | undefined;
}

type Api = (event: unknown) => Promise<HttpAnswer>;

/** The handler of a function that organisations are connected through. */
export function countedHandler(api: Api) {
  return middy()
    .use(logMetrics(metrics))
    .handler((event: unknown) => {
      count(connectMetrics.requests);
      return api(event);
    });
}

/** Logs what went wrong beside the answer; what an operator watches for is counted too. */
export function report(error: unknown): void {
  if (error instanceof ConnectProblem) {
    const { step, reason, details } = error;
    countStopped({ step, reason, meta: details.meta });
  } else if (error instanceof ForgedRequest) {
    count(connectMetrics.signedRequestsRefused);
  } else {
    logger.error('A step failed', errorFields(error));
  }
}

/** Counts by step what has stopped, and logs why: as a dimension each of Meta's errors were a metric. */
export function countStopped({ organizationId, step, reason, meta }: Stopped) {
  // An alarm cannot add up the values of a dimension.
  count(connectMetrics.connectionsStopped);
  countBy(connectMetrics.connectionsStopped, { step });
  logger.info('Connecting has stopped', {
    organizationId,
    step,
    reason,
    metaCode: meta?.code,
    fbtraceId: meta?.fbtraceId,
  });
}

/** Counts something that happened so many times. */
export function count(name: string, times = 1): void {
  metrics.addMetric(name, MetricUnit.Count, times);
}
