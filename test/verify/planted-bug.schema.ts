import * as z from 'zod';

/** The variable by which a run of jest is told of a planted bug, as JSON. */
export const plantedBugVariable = 'PLANTED_BUG';

/** A change of one file. */
export const plantedBugSchema = z.strictObject({
  /** From the project's root. */
  file: z.string(),
  /** What stands there once. */
  correct: z.string(),
  wrong: z.string(),
});

/** A change of one file. */
export type PlantedBug = z.output<typeof plantedBugSchema>;
