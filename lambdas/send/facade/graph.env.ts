import * as z from 'zod/mini';
import { apiVariables, sendingVariables } from '../send.env.ts';

/** What `whatsapp-graph` is configured with. */
export const graphEnvSchema = z.object({ ...sendingVariables, ...apiVariables });

/** The variables as infra has to set them. */
export type GraphEnv = z.input<typeof graphEnvSchema>;
