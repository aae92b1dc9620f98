import type * as z from 'zod';
import { Problem } from '../../../shared/http/problem.ts';
import { requestProblems } from '../../../shared/http/request-problems.ts';

/**
 * What a schema makes of a request.
 * @throws Problem `invalid-request` with everything that is wrong
 */
export function validated<Schema extends z.ZodType>(
  schema: Schema,
  request: unknown,
): z.output<Schema> {
  const { data, error } = schema.safeParse(request);
  if (error) {
    throw new Problem('invalid-request', {
      detail: 'The request is not valid.',
      problems: requestProblems(error.issues),
    });
  }
  return data;
}
