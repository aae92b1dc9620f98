import {
  type ConnectionProblem,
  type ConnectionRecord,
  connectionSteps,
} from '../../shared/connections/connection.schema.ts';

/** What a change of a connection amounts to, for whoever watches the service. */
export type ConnectionOutcome =
  | { kind: 'activated' }
  | { kind: 'stopped'; problem: ConnectionProblem }
  | { kind: 'ended' };

/** What has come of a connection by a change of it; undefined: nothing to be counted. */
export function connectionOutcome(
  before: ConnectionRecord | undefined,
  after: ConnectionRecord | undefined,
): ConnectionOutcome | undefined {
  if (!after || (after.state === before?.state && after.stateAt === before.stateAt)) {
    return undefined;
  }
  const { state, problem } = after;
  if (state === 'disconnected') {
    return before?.state === 'disconnected' ? undefined : { kind: 'ended' };
  }
  if (state === 'active') {
    return before?.state === 'active' ? undefined : { kind: 'activated' };
  }
  return problem && connectionSteps.some((step) => step === problem.step)
    ? { kind: 'stopped', problem }
    : undefined;
}
