import * as z from 'zod';
import { optionalText } from './meta.schema.ts';

/** An element of `user_preferences[]`. Source: Meta, Webhooks reference, user_preferences. */
export const metaPreferenceSchema = z.object({
  category: z.string().min(1),
  value: z.string().min(1),
  detail: optionalText,
  timestamp: z.unknown().optional(),
  wa_id: optionalText,
  user_id: optionalText,
  parent_user_id: optionalText,
});
