import * as z from 'zod';
import { optionalText } from './meta.schema.ts';

/** A `system` message: somebody is now known by other ids. Source: Meta, Webhooks reference, messages: system. */
export const metaSystemSchema = z.object({
  type: optionalText,
  wa_id: optionalText,
  /** What early versions of the API called `wa_id`. */
  new_wa_id: optionalText,
  user_id: optionalText,
  parent_user_id: optionalText,
  previous_user_id: optionalText,
  previous_parent_user_id: optionalText,
});

const changedId = z.object({ previous: optionalText, current: optionalText });

/** An element of `user_id_update`. Source: Meta, "Business-scoped user IDs", before August 2026. */
export const metaUserIdUpdateSchema = z.object({
  wa_id: optionalText,
  user_id: changedId,
  parent_user_id: changedId.optional().catch(undefined),
  timestamp: z.unknown().optional(),
});
