import * as z from 'zod/mini';

/** What `settle` is configured with. */
export const settleEnvSchema = z.object({
  TABLE_NAME: z.string().check(z.minLength(3)),
  LISTING_INDEX: z.string().check(z.minLength(3)),
});

/** The variables as infra has to set them. */
export type SettleEnv = z.input<typeof settleEnvSchema>;
