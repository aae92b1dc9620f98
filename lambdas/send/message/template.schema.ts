import * as z from 'zod';
import { graphIdSchema, listSchema, productRetailerIdSchema, textSchema } from './fields.schema.ts';
import { filenameSchema, locationSchema, mediaSchema } from './media.schema.ts';
import { productSectionsSchema } from './sections.schema.ts';

/**
 * Any text up to what Meta takes whatever the template says. May be empty: the rules on what stands in a
 * text are the template validator's, which knows what Meta answers to each.
 */
const parameterTextSchema = textSchema(32_768, 0);

/** Of templates whose parameters have names. */
const parameterName = { parameter_name: textSchema(512).optional() };

/** One parameter of a component. Its content is `lazy`: a request has few kinds, and each costs its cold start. */
export const parameterSchema = z.lazy(() =>
  z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('text'), text: parameterTextSchema, ...parameterName }),
    z.strictObject({
      type: z.literal('currency'),
      currency: z.lazy(() =>
        z.strictObject({
          fallback_value: parameterTextSchema,
          code: z.string().regex(/^[A-Z]{3}$/, 'must be a currency code of ISO 4217'),
          amount_1000: z.int(),
        }),
      ),
      ...parameterName,
    }),
    z.strictObject({
      type: z.literal('date_time'),
      date_time: z.lazy(() => z.strictObject({ fallback_value: parameterTextSchema })),
      ...parameterName,
    }),
    z.strictObject({ type: z.literal('image'), image: z.lazy(() => mediaSchema({})) }),
    // Of a GIF header too.
    z.strictObject({ type: z.literal('video'), video: z.lazy(() => mediaSchema({})) }),
    z.strictObject({
      type: z.literal('document'),
      document: z.lazy(() => mediaSchema({ filename: filenameSchema.optional() })),
    }),
    z.strictObject({ type: z.literal('location'), location: locationSchema }),
    z.strictObject({
      type: z.literal('product'),
      product: z.lazy(() =>
        z.strictObject({
          product_retailer_id: productRetailerIdSchema,
          catalog_id: graphIdSchema,
        }),
      ),
    }),
    z.strictObject({ type: z.literal('payload'), payload: parameterTextSchema }),
    z.strictObject({ type: z.literal('coupon_code'), coupon_code: parameterTextSchema }),
    // How long a call button works. Source: Meta, "Call button messages and deep links".
    z.strictObject({ type: z.literal('ttl_minutes'), ttl_minutes: z.int().min(1).max(43_200) }),
    z.strictObject({
      type: z.literal('action'),
      action: z.lazy(() =>
        z.strictObject({
          flow_token: parameterTextSchema.optional(),
          flow_action_data: z.record(z.string(), z.json()).optional(),
          thumbnail_product_retailer_id: productRetailerIdSchema.optional(),
          sections: productSectionsSchema().optional(),
        }),
      ),
    }),
    z.strictObject({
      type: z.literal('limited_time_offer'),
      limited_time_offer: z.lazy(() => z.strictObject({ expiration_time_ms: z.int().positive() })),
    }),
    z.strictObject({
      type: z.literal('order_status'),
      order_status: z.lazy(() =>
        z.strictObject({
          reference_id: parameterTextSchema,
          order: z.strictObject({
            status: parameterTextSchema,
            description: parameterTextSchema.optional(),
          }),
        }),
      ),
    }),
    z.strictObject({
      type: z.literal('tap_target_configuration'),
      tap_target_configuration: z.lazy(() =>
        listSchema(z.strictObject({ url: parameterTextSchema, title: parameterTextSchema }), {
          max: 10,
          items: 'tap targets',
        }),
      ),
    }),
  ]),
);

const parameters = { parameters: z.array(parameterSchema).optional() };

const headerSchema = () => z.strictObject({ type: z.literal('header'), ...parameters });

const bodySchema = () => z.strictObject({ type: z.literal('body'), ...parameters });

const buttonSchema = () =>
  z.strictObject({
    type: z.literal('button'),
    sub_type: z.enum([
      'quick_reply',
      'url',
      'phone_number',
      'copy_code',
      'flow',
      'catalog',
      'mpm',
      'spm',
      'voice_call',
      'request_contact_info',
    ]),
    // Meta takes both; the string is what it documents.
    index: z
      .union([z.string(), z.number()], { error: 'must be a string or a number' })
      .transform(String)
      .refine((index) => /^\d{1,2}$/.test(index), "must be a button's position, counted from 0"),
    ...parameters,
  });

const carouselSchema = () =>
  z.strictObject({
    type: z.literal('carousel'),
    cards: z.lazy(() =>
      listSchema(
        z.strictObject({
          card_index: z.int().min(0).max(9),
          components: z.array(
            z.discriminatedUnion('type', [headerSchema(), bodySchema(), buttonSchema()]),
          ),
        }),
        { max: 10, items: 'cards' },
      ),
    ),
  });

/**
 * What a template message carries: the `template` object. Only its structure is checked here; whether it
 * fits a template is for those who have that template's definition.
 * Source: Meta, "Templates: components".
 */
export const templateContentSchema = z.lazy(() =>
  z.strictObject({
    name: z.string().regex(/^[a-z0-9_]{1,512}$/, 'must be 1 to 512 of a-z, 0-9 and _'),
    language: z.strictObject({
      code: z.string().regex(/^[A-Za-z_-]{2,16}$/, 'must be a language code such as en_US'),
      policy: z.literal('deterministic').optional(),
    }),
    components: z
      .array(
        z.discriminatedUnion('type', [
          headerSchema(),
          bodySchema(),
          buttonSchema(),
          carouselSchema(),
          z.strictObject({ type: z.literal('limited_time_offer'), ...parameters }),
          z.strictObject({ type: z.literal('order_status'), ...parameters }),
          z.strictObject({ type: z.literal('tap_target_configuration'), ...parameters }),
        ]),
      )
      .optional(),
  }),
);

/** The `template` object of a template message. */
export type TemplateContent = z.output<typeof templateContentSchema>;
