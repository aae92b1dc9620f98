import * as z from 'zod';
import { optionalText } from './meta.schema.ts';

/** An element of `state_sync[]`. Source: Meta, Webhooks reference, smb_app_state_sync. */
export const metaStateSyncSchema = z.object({
  type: optionalText,
  action: optionalText,
  contact: z
    .object({
      full_name: optionalText,
      first_name: optionalText,
      phone_number: optionalText,
      user_id: optionalText,
      parent_user_id: optionalText,
      username: optionalText,
    })
    .optional()
    .catch(undefined),
  metadata: z.object({ timestamp: z.unknown().optional() }).optional().catch(undefined),
});
