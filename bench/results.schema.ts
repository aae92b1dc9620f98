import * as z from 'zod';

/** What one measurement found, and where. */
export const resultSchema = z.strictObject({
  name: z.string(),
  title: z.string(),
  /** RFC 3339. */
  at: z.string(),
  /** Processor, cores and Node's version. */
  machine: z.string(),
  rows: z.array(z.record(z.string(), z.union([z.string(), z.number()]))),
  goals: z.array(z.strictObject({ goal: z.string(), reached: z.string(), met: z.boolean() })),
});

/** What one measurement found, and where. */
export type Result = z.output<typeof resultSchema>;

/** What is saved: the last result of each measurement. */
export const resultsSchema = z.array(resultSchema);
