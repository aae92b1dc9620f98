import { Problem } from '../../shared/http/problem.ts';
import type { ConnectFailure } from './connect-failure.ts';

/** The answer where a step fails before there is a connection that could tell of it. */
export function connectProblem(step: string, failure: ConnectFailure): Problem {
  const { reason, whatToDo, meta, isPassing } = failure;
  const detail = `The step "${step}" has failed (${reason}). ${whatToDo}`;
  return isPassing
    ? new Problem('unavailable', { detail, meta, retryAfterSeconds: 5 })
    : new Problem('meta-refused', { detail, meta });
}

/** The answer where only a new signup helps. */
export function signUpAgain(path: string, why: string, failure?: ConnectFailure): Problem {
  return new Problem('invalid-request', {
    detail: `${why} Start again: POST /wa-es-start, and Embedded Signup.`,
    problems: [{ path, detail: 'cannot be used' }],
    meta: failure?.meta,
  });
}

/** The answer for a connection that does not exist, or is somebody else's. */
export function noConnection(): Problem {
  const detail = 'This organisation has no such connection.';
  return new Problem('not-found', { detail, problems: [{ path: 'wabaId', detail }] });
}
