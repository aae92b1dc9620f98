import * as z from 'zod';
import { optionalText } from './meta.schema.ts';

/** An element of `automatic_events[]`. Source: Meta, Webhooks reference, automatic_events. */
export const metaAutomaticEventSchema = z.object({
  /** The message that Meta read the event from. */
  id: optionalText,
  event_name: z.string().min(1),
  timestamp: z.unknown().optional(),
});

/** An element of `user_actions[]`; it names no user. Source: Meta, "Track click events". */
export const metaUserActionSchema = z.object({
  action_type: z.string().min(1),
  timestamp: z.unknown().optional(),
});
