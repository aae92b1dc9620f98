import type { ConnectionStep } from '../../shared/connections/connection.schema.ts';
import { Problem, type ProblemCode, type ProblemDetails } from '../../shared/http/problem.ts';
import type { ConnectFailure } from './connect-failure.ts';

const startAgain = 'Start again: POST /wa-es-start, and Embedded Signup.';

/** The answer where a step fails before there is a connection that could tell of it. */
export class ConnectProblem extends Problem {
  /** A step of connecting; `code`: before the first one. */
  readonly step: 'code' | ConnectionStep;
  /** Of docs/connect-reasons.md. */
  readonly reason: string;

  constructor(
    { step, reason }: Pick<ConnectProblem, 'step' | 'reason'>,
    code: ProblemCode,
    details: ProblemDetails,
  ) {
    super(code, { ...details, step, reason });
    this.step = step;
    this.reason = reason;
  }
}

/** The answer where a step has failed, and no connection tells of it. */
export function stepProblem(step: ConnectionStep, failure: ConnectFailure): ConnectProblem {
  const { reason, whatToDo, meta, isPassing } = failure;
  const detail = `The step "${step}" has failed (${reason}). ${whatToDo}`;
  return isPassing
    ? new ConnectProblem({ step, reason }, 'unavailable', { detail, meta, retryAfterSeconds: 5 })
    : new ConnectProblem({ step, reason }, 'meta-refused', { detail, meta });
}

/** The answer where there is no token for a code. */
export function codeProblem(why: string, { reason, meta }: ConnectFailure): ConnectProblem {
  return new ConnectProblem({ step: 'code', reason }, 'invalid-request', {
    detail: `${why} ${startAgain}`,
    problems: [{ path: 'code', detail: 'cannot be used' }],
    meta,
  });
}

/** The answer to a state that is none. */
export function stateProblem(why: string): Problem {
  return new Problem('invalid-request', {
    detail: `${why} ${startAgain}`,
    problems: [{ path: 'state', detail: 'cannot be used' }],
  });
}

/** The answer to a `signed_request` that Meta has not signed. */
export class ForgedRequest extends Problem {
  constructor() {
    super('invalid-request', { detail: 'The signed_request is not of Meta.' });
  }
}

/** The answer for a connection that does not exist, or is somebody else's. */
export function noConnection(): Problem {
  const detail = 'This organisation has no such connection.';
  return new Problem('not-found', { detail, problems: [{ path: 'wabaId', detail }] });
}
