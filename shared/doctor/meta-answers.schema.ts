import * as z from 'zod';

/** Meta writes ids as strings or as numbers. */
const id = z.union([z.string(), z.number().transform(String)]);

/** Without what would move a terminal's cursor or turn the writing direction. */
const words = z
  .string()
  .transform((text) => text.replace(/[\p{Cc}\p{Bidi_Control}\u2028\u2029]+/gu, ' ').slice(0, 500));

const optionalWords = words.optional().catch(undefined);

/** In s since 1970; 0 means never. */
const time = z.number().optional().catch(undefined);

function listOf<Item extends z.ZodType>(item: Item) {
  return z.array(item).catch([]);
}

/** GET `/debug_token`. A token that is not valid comes without most of it. Source: Meta, "Debug-token". */
export const debugTokenSchema = z.object({
  data: z.object({
    is_valid: z.boolean(),
    app_id: id.optional(),
    expires_at: time,
    data_access_expires_at: time,
    scopes: listOf(z.string()),
    granular_scopes: listOf(
      z.object({ scope: z.string(), target_ids: z.array(id).optional().catch(undefined) }),
    ),
    error: z.object({ code: z.int(), subcode: z.int().optional() }).optional().catch(undefined),
  }),
});

/** What Meta tells of a token. */
export type TokenFacts = z.output<typeof debugTokenSchema>['data'];

/** GET `/{app}/subscriptions`. Source: Graph API reference, "Application subscriptions". */
export const appSubscriptionSchema = z.object({
  object: z.string(),
  callback_url: z.string().catch(''),
  active: z.boolean().catch(true),
  fields: listOf(
    z.union([z.string(), z.object({ name: z.string() }).transform(({ name }) => name)]),
  ),
});

/** One kind of object that the app is subscribed to. */
export type AppSubscription = z.output<typeof appSubscriptionSchema>;

/** GET `/{waba}/subscribed_apps`. Source: Meta, "Subscribed apps". */
export const subscribedAppSchema = z.object({
  whatsapp_business_api_data: z.object({ id }),
  override_callback_uri: z.string().optional().catch(undefined),
});

/** An app that gets an account's webhooks. */
export type SubscribedApp = z.output<typeof subscribedAppSchema>;

const healthErrorSchema = z.object({
  error_code: z.union([z.int(), z.string()]),
  error_description: optionalWords,
  possible_solution: optionalWords,
});

/** `health_status` of a node. Source: Meta, "Health status". */
export const healthStatusSchema = z.object({
  can_send_message: z.string(),
  entities: listOf(
    z.object({
      entity_type: z.string(),
      can_send_message: z.string(),
      errors: listOf(healthErrorSchema),
      additional_info: listOf(words),
    }),
  ),
});

/** Whether a node and all that it depends on may send. */
export type HealthStatus = z.output<typeof healthStatusSchema>;

/** GET `/{waba}?fields=health_status`. */
export const accountSchema = z.object({ health_status: healthStatusSchema.optional() });

/** GET `/{waba}/phone_numbers`. Source: Graph API reference, "WhatsApp Business phone number". */
export const phoneNumberSchema = z.object({
  id,
  verified_name: optionalWords,
  status: optionalWords,
  platform_type: optionalWords,
  quality_rating: optionalWords,
  name_status: optionalWords,
  code_verification_status: optionalWords,
  is_on_biz_app: z.boolean().optional().catch(undefined),
  throughput: z.object({ level: optionalWords }).optional().catch(undefined),
  webhook_configuration: z
    .object({ phone_number: z.string().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  health_status: healthStatusSchema.optional().catch(undefined),
});

/** The fields of a number, as they have to be asked for. */
export const phoneNumberFields = Object.keys(phoneNumberSchema.shape).join();

/** A business phone number as Meta has it. */
export type PhoneNumber = z.output<typeof phoneNumberSchema>;

/** GET `/{waba}/message_templates`, as much as is asked for. */
export const templateSchema = z.object({
  name: words,
  language: words,
  status: words.catch(''),
});

/** The fields of a template, as they have to be asked for. */
export const templateFields = Object.keys(templateSchema.shape).join();

/** A template's name and state. */
export type Template = z.output<typeof templateSchema>;
