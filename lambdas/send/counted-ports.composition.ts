import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Graph } from '../../shared/graph/graph.port.ts';
import { countBy } from '../../shared/runtime/count-by.ts';
import { metrics } from '../../shared/runtime/observability.ts';
import type { Messages } from './messages.port.ts';
import { sendMetrics } from './metrics.ts';

/** Meta's Graph API with its calls timed, and counted where they did not succeed. */
export function measured(graph: Graph): Graph {
  return {
    async call(request) {
      const startedAt = performance.now();
      const answer = await graph.call(request);
      const latencyMs = Math.round(performance.now() - startedAt);
      metrics.addMetric(sendMetrics.graphLatencyMs, MetricUnit.Milliseconds, latencyMs);
      if (answer.kind !== 'ok') {
        const outcome = answer.kind === 'refused' ? answer.error.class : answer.kind;
        const { organizationId } = request;
        countBy(sendMetrics.graphFailures, { outcome }, { organizationId });
      }
      return answer;
    },
  };
}

/** The table's messages, with those counted that Meta has accepted. */
export function countedMessages(messages: Messages): Messages {
  return {
    ...messages,
    async recordSent(sent) {
      await messages.recordSent(sent);
      const { organizationId, message } = sent;
      // One of those that the schema of requests knows.
      const type = String(message['type']);
      countBy(sendMetrics.messagesAccepted, { type }, { organizationId });
    },
  };
}
