import { Problem } from '../../shared/http/problem.ts';

/** The answer for what does not exist, or is somebody else's. */
export function notFound(path: string, detail: string): Problem {
  return new Problem('not-found', { detail, problems: [{ path, detail }] });
}
