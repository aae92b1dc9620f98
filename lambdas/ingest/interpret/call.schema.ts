import * as z from 'zod';
import { optionalNumber, optionalText } from './meta.schema.ts';

/** An element of `calls[]`. Source: Meta, Cloud API Calling, "API and webhook reference". */
export const metaCallSchema = z.object({
  id: z.string().min(1),
  event: optionalText,
  timestamp: z.unknown().optional(),
  direction: optionalText,
  from: optionalText,
  from_user_id: optionalText,
  from_parent_user_id: optionalText,
  to: optionalText,
  to_user_id: optionalText,
  to_parent_user_id: optionalText,
  session: z.object({ sdp_type: optionalText }).optional().catch(undefined),
  status: optionalText,
  start_time: optionalNumber,
  end_time: optionalNumber,
  duration: optionalNumber,
});

/** An element of `calls[]`. */
export type MetaCall = z.output<typeof metaCallSchema>;

/** A call's `statuses[]` element. Both spellings where Meta's pages have two. */
export const metaCallStatusSchema = z.object({
  id: z.string().min(1),
  status: z.string().min(1),
  type: optionalText,
  timestamp: z.unknown().optional(),
  recipient_id: optionalText,
  recipient_user_id: optionalText,
  recipient_parent_user_id: optionalText,
  parent_recipient_user_id: optionalText,
});
