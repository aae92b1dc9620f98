import * as z from 'zod';

/** Meta writes ids as strings or as numbers. */
const id = z.union([z.string().min(1), z.int().transform(String)]);
const optionalText = z.string().optional().catch(undefined);

/** Seconds since 1970; 0 and absent: never. */
const end = z
  .number()
  .min(0)
  .max(1e11)
  .optional()
  .catch(undefined)
  .transform((seconds) => (seconds ? new Date(seconds * 1000).toISOString() : undefined));

/** Source: Facebook Login, "Manually build a login flow", Exchanging code for an access token. */
export const exchangeSchema = z.object({ access_token: z.string().min(1).max(4096) });

/** Source: Graph API reference, /debug_token. `target_ids` absent: all that the token reaches. */
export const debugTokenSchema = z.object({
  data: z.object({
    app_id: id.optional().catch(undefined),
    is_valid: z.boolean(),
    expires_at: end,
    data_access_expires_at: end,
    user_id: id.optional().catch(undefined),
    scopes: z.array(z.string()).default([]),
    granular_scopes: z
      .array(z.object({ scope: z.string(), target_ids: z.array(id).optional() }))
      .default([]),
    error: z
      .object({ subcode: z.number().optional().catch(undefined) })
      .optional()
      .catch(undefined),
  }),
});

/** A number as `numberFields` asks for it. Source: Graph API reference, WhatsApp Business phone number. */
export const metaNumberSchema = z.object({
  id,
  display_phone_number: optionalText,
  verified_name: optionalText,
  status: optionalText,
  quality_rating: optionalText,
  platform_type: optionalText,
  is_on_biz_app: z.boolean().optional().catch(undefined),
  whatsapp_business_manager_messaging_limit: optionalText,
  throughput: z.object({ level: z.string() }).optional().catch(undefined),
  health_status: z.object({ can_send_message: z.string() }).optional().catch(undefined),
  webhook_configuration: z.object({ phone_number: optionalText }).optional().catch(undefined),
});

/** A number as Meta shows it. */
export type MetaNumber = z.output<typeof metaNumberSchema>;

/** What is asked of a number: most of it does not come by itself. */
export const numberFields = Object.keys(metaNumberSchema.shape).join();

/** A page of a WABA's numbers. */
export const numbersPageSchema = z.object({
  data: z.array(metaNumberSchema),
  paging: z
    .object({
      next: z.string().optional(),
      cursors: z.object({ after: z.string().optional() }).optional(),
    })
    .optional(),
});

/** Source: Graph API reference, WhatsApp Business Account, subscribed_apps. */
export const subscribedAppsSchema = z.object({
  data: z.array(
    z.object({
      whatsapp_business_api_data: z.object({ id }),
      override_callback_uri: optionalText,
    }),
  ),
});

/** Source: Graph API reference, Application, subscriptions. */
export const appSubscriptionsSchema = z.object({
  data: z.array(
    z.object({
      object: z.string(),
      callback_url: z.string(),
      active: z.boolean().default(true),
      fields: z.array(z.object({ name: z.string() })).default([]),
    }),
  ),
});
