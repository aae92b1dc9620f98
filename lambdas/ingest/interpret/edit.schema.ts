import * as z from 'zod';
import { isJsonObject, type JsonObject } from '../../../shared/json.ts';

/** The object of an edit. Source: Meta, "Onboarding WhatsApp Business app users", edited messages. */
export const metaEditSchema = z.object({
  original_message_id: z.string().min(1),
  message: z.custom<JsonObject>(isJsonObject),
});

/** The object of a revoke. Source: Meta, "Onboarding WhatsApp Business app users", revoked messages. */
export const metaRevokeSchema = z.object({ original_message_id: z.string().min(1) });
