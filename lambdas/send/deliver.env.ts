import * as z from 'zod/mini';
import { queueVariables, sendingVariables } from './send.env.ts';

/** What `deliver` is configured with. */
export const deliverEnvSchema = z.object({
  ...sendingVariables,
  ...queueVariables,
  RAW_BUCKET: z.string().check(z.minLength(1)),
});

/** The variables as infra has to set them. */
export type DeliverEnv = z.input<typeof deliverEnvSchema>;
