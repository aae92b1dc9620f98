import type * as z from 'zod';
import type { RequestProblem } from './problem.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** So much of a name that the caller has made up is repeated. */
const maxNameLength = 64;

/** Everything that is wrong with a request, each at its place. Names of fields are repeated, values never. */
export function requestProblems(issues: readonly Issue[]): RequestProblem[] {
  return problemsAt([], issues);
}

function problemsAt(base: Path, issues: readonly Issue[]): RequestProblem[] {
  return issues.flatMap((issue) => {
    const path = [...base, ...issue.path];
    switch (issue.code) {
      case 'unrecognized_keys':
        return issue.keys.map((key) =>
          problem([...path, key], 'is not a field that is known here'),
        );
      case 'invalid_union':
        return unionProblems(path, issue.errors, issue.message);
      default:
        return problem(path, issue.message);
    }
  });
}

/**
 * The value fits none of several forms. Told is what keeps it from the nearest one, else, where
 * several are as near, what each of them asks for.
 */
function unionProblems(
  path: Path,
  forms: readonly (readonly Issue[])[],
  message: string,
): RequestProblem[] {
  const leastDistance = Math.min(...forms.map(distance));
  const [nearest, ...others] = forms
    .filter((form) => distance(form) === leastDistance)
    .map((form) => problemsAt(path, form));
  if (!nearest) {
    return [problem(path, message)];
  }
  if (others.length === 0) {
    return nearest;
  }
  const asked = [nearest, ...others].map((form) =>
    form.map(({ path: at, detail }) => (at === pathText(path) ? detail : `${at}: ${detail}`)),
  );
  return [problem(path, `fits no form: ${asked.map((form) => form.join(', ')).join('; or ')}`)];
}

/** How far a value is from a form: farthest where it is another kind of thing, or says itself that it is. */
function distance(issues: readonly Issue[]): number {
  const isAnotherKind = issues.some(
    ({ code, path }) =>
      (code === 'invalid_type' && path.length === 0) ||
      (code === 'invalid_value' && path.length <= 1),
  );
  return (isAnotherKind ? 1000 : 0) + issues.length;
}

function problem(path: Path, detail: string): RequestProblem {
  return { path: pathText(path), detail };
}

/** `message.interactive.action.buttons[0].reply.title`; a name that is no identifier stands in brackets and quotes. */
function pathText(path: Path): string {
  return path
    .map((part) => {
      if (typeof part === 'number') {
        return `[${part}]`;
      }
      const name = String(part);
      return /^[A-Za-z_]\w{0,63}$/.test(name)
        ? `.${name}`
        : `[${JSON.stringify(name.slice(0, maxNameLength))}]`;
    })
    .join('')
    .replace(/^\./, '');
}
