import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { countBy } from '../../shared/runtime/count-by.ts';
import { logger, metrics } from '../../shared/runtime/observability.ts';
import { mediaMetrics } from './metrics.ts';
import type { Worked } from './mirror-jobs.ts';

/** Counts what became of a job. */
export function countWorked(worked: Worked): void {
  switch (worked.outcome) {
    case 'stored': {
      const lagMs = Date.now() - Date.parse(worked.job.occurredAt);
      metrics.addMetric(mediaMetrics.filesStored, MetricUnit.Count, 1);
      metrics.addMetric(mediaMetrics.bytesStored, MetricUnit.Bytes, worked.sizeBytes);
      metrics.addMetric(mediaMetrics.storedAfterMs, MetricUnit.Milliseconds, lagMs);
      break;
    }
    case 'failed': {
      const { reason, job } = worked;
      const { organizationId } = job.message;
      countBy(mediaMetrics.filesFailed, { reason }, { organizationId });
      logger.warn('A file will not come', { organizationId, reason });
      break;
    }
    case 'dropped':
      metrics.addMetric(mediaMetrics.jobsDropped, MetricUnit.Count, 1);
      break;
    case 'again':
      metrics.addMetric(mediaMetrics.jobsPutOff, MetricUnit.Count, 1);
      break;
    case 'malformed':
      metrics.addMetric(mediaMetrics.jobsQuarantined, MetricUnit.Count, 1);
      break;
  }
}
