import * as z from 'zod/mini';
import { apiVariables, sendingVariables } from './send.env.ts';

/** What `whatsapp-reply-status` is configured with. */
export const replyStatusEnvSchema = z.object({ ...sendingVariables, ...apiVariables });

/** The variables as infra has to set them. */
export type ReplyStatusEnv = z.input<typeof replyStatusEnvSchema>;
