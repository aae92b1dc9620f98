import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { metrics } from './observability.ts';

/**
 * Counts by a dimension. Each of its values is a metric of its own: it must have few of them.
 * @param options.organizationId goes with the line, for queries of the log, and is no dimension
 */
export function countBy(
  name: string,
  dimension: Record<string, string>,
  { times = 1, organizationId }: { times?: number; organizationId?: string | undefined } = {},
): void {
  const single = metrics.singleMetric();
  single.addDimensions(dimension);
  if (organizationId !== undefined) {
    single.addMetadata('organizationId', organizationId);
  }
  single.addMetric(name, MetricUnit.Count, times);
}
