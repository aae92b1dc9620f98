import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { ConnectionRecord } from '../../shared/connections/connection.schema.ts';
import type { Connections } from '../../shared/connections/connections.port.ts';
import type { AppGraph } from '../../shared/graph/graph.port.ts';
import { metrics } from '../../shared/runtime/observability.ts';
import { connectionOutcome } from './connection-outcome.ts';
import { count, countStopped } from './counted.composition.ts';
import { connectMetrics } from './metrics.ts';
import type { SignupStates } from './signup-states.port.ts';

/** Connections whose changes are counted, whoever makes them. */
export function countedConnections(connections: Connections): Connections {
  return {
    ...connections,
    async change(owner, apply) {
      let before: ConnectionRecord | undefined;
      const after = await connections.change(owner, (now) => {
        before = now;
        return apply(now);
      });
      const outcome = connectionOutcome(before, after);
      if (outcome?.kind === 'stopped') {
        const { step, reason, meta } = outcome.problem;
        countStopped({ organizationId: owner.organizationId, step, reason, meta });
      } else if (outcome) {
        count(
          outcome.kind === 'activated'
            ? connectMetrics.connectionsActivated
            : connectMetrics.connectionsEnded,
        );
      }
      return after;
    },
  };
}

/** Meta's Graph API with the exchanges of codes timed and counted. */
export function countedExchanges(appGraph: AppGraph): AppGraph {
  return {
    async callAsApp(request) {
      const startedAt = performance.now();
      const answer = await appGraph.callAsApp(request);
      if (request.as === 'client') {
        const latencyMs = Math.round(performance.now() - startedAt);
        metrics.addMetric(connectMetrics.codeExchangeMs, MetricUnit.Milliseconds, latencyMs);
        count(connectMetrics.codesExchanged, answer.kind === 'ok' ? 1 : 0);
      }
      return answer;
    },
  };
}

/** States whose issue is counted. */
export function countedStates(states: SignupStates): SignupStates {
  return {
    ...states,
    async issue(...issued) {
      await states.issue(...issued);
      count(connectMetrics.signupsStarted);
    },
  };
}
