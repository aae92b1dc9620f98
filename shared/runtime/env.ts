import type * as z from 'zod/mini';

/**
 * Reads a function's environment once, at init.
 * @throws Error naming each variable that is missing or malformed; a value is never repeated.
 */
export function readEnv<Schema extends z.ZodMiniType>(schema: Schema): z.output<Schema> {
  // biome-ignore lint/style/noProcessEnv: the one place that reads it.
  const { data, error } = schema.safeParse(process.env);
  if (error) {
    const problems = error.issues.map((issue) => `${issue.path.join('.')}: ${issue.code}`);
    throw new Error(`Environment variables missing or malformed: ${problems.join(', ')}`);
  }
  return data;
}
