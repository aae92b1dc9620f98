import * as z from 'zod';
import { optionalText } from './meta.schema.ts';

/** An element of `groups[]`: of the four `group_*` fields. Source: Meta, Groups API, "Webhooks". */
export const metaGroupUpdateSchema = z.object({
  group_id: z.string().min(1),
  type: z.string().min(1),
  timestamp: z.unknown().optional(),
  /** Of who asks to join, or no longer does. */
  wa_id: optionalText,
  user_id: optionalText,
  parent_user_id: optionalText,
});
