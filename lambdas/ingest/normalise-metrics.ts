import { ingestMetrics } from './metrics.ts';
import type { NormaliseCounts } from './normalise.ts';

/** The metrics of what became of a message's elements, by name. */
export function metricsOf(counts: NormaliseCounts): Record<string, number> {
  return {
    [ingestMetrics.updatesStored]: counts.stored,
    [ingestMetrics.updatesDuplicate]: counts.duplicate,
    [ingestMetrics.updatesUnrecognised]: counts.unrecognised,
    [ingestMetrics.updatesParked]: counts.parked,
    [ingestMetrics.updatesWithheld]: counts.withheld,
    [ingestMetrics.updatesErased]: counts.erased,
    [ingestMetrics.historyUnwanted]: counts.unwanted,
    [ingestMetrics.testWebhooks]: counts.testWebhooks,
    [ingestMetrics.updatesQuarantined]: counts.quarantined,
  };
}
