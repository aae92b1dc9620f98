import * as z from 'zod';
import { optionalText } from './meta.schema.ts';

/**
 * The value of a `message_template_*` or `template_*` field, all of them in one: Meta's page of
 * quality updates prints one under the field of status updates.
 */
export const metaTemplateUpdateSchema = z.object({
  message_template_id: optionalText,
  message_template_name: optionalText,
  message_template_language: optionalText,
  message_template_category: optionalText,
  event: optionalText,
  reason: optionalText,
  previous_quality_score: optionalText,
  new_quality_score: optionalText,
  previous_category: optionalText,
  new_category: optionalText,
  category: optionalText,
});

/** The value of a field of a business phone number. */
export const metaNumberUpdateSchema = z.object({
  display_phone_number: optionalText,
  event: optionalText,
  decision: optionalText,
  status: optionalText,
  type: optionalText,
});

/** The value of a field of a WABA, or of a business portfolio. */
export const metaAccountUpdateSchema = z.object({
  event: optionalText,
  decision: optionalText,
  status: optionalText,
  alert_info: z.object({ alert_type: optionalText }).optional().catch(undefined),
});

/** The value of `flows`. Its `errors[]` count errors of the flow: they are none of Graph's. */
export const metaFlowUpdateSchema = z.object({
  event: z.string().min(1),
  flow_id: optionalText,
});

/** When something happened, in the values that say it themselves. */
export const metaOwnTimeSchema = z.object({
  timestamp: z.unknown().optional(),
  updated_timestamp: z.unknown().optional(),
});
