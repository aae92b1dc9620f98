import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Transcript } from '../../shared/media/transcript.schema.ts';
import { countBy } from '../../shared/runtime/count-by.ts';
import { metrics } from '../../shared/runtime/observability.ts';
import { transcribeMetrics } from './metrics.ts';

/** Counts something that happened so many times. */
export function count(name: string, times: number): void {
  metrics.addMetric(name, MetricUnit.Count, times);
}

/** Counts a transcript that was told, or why there is none. */
export function onTold(transcript: Transcript): void {
  if (transcript.state === 'READY') {
    count(transcribeMetrics.transcriptsReady, 1);
    count(transcribeMetrics.transcriptsLowConfidence, transcript.lowConfidence ? 1 : 0);
  } else {
    countBy(transcribeMetrics.transcriptsFailed, { reason: transcript.reason });
  }
}
