import * as z from 'zod';
import { carouselSchema } from './carousel.schema.ts';
import {
  areUnique,
  evenIfWrong,
  graphIdSchema,
  listSchema,
  productRetailerIdSchema,
  textSchema,
  unknownKind,
} from './fields.schema.ts';
import {
  bodySchema,
  buttonLabelSchema,
  footer,
  headerSchema,
  replySchema,
  textHeaderSchema,
} from './interactive-parts.schema.ts';
import { webLinkSchema } from './media.schema.ts';
import { productSectionsSchema, sectionsSchema, sectionTitleSchema } from './sections.schema.ts';

/** Source: Meta, "Interactive reply buttons messages". */
const buttonSchema = () =>
  z.strictObject({
    type: z.literal('button'),
    header: headerSchema().optional(),
    body: bodySchema(),
    ...footer(),
    action: z.strictObject({
      buttons: listSchema(z.strictObject({ type: z.literal('reply'), reply: replySchema() }), {
        max: 3,
        items: 'buttons',
      })
        .refine((buttons) => areUnique(buttons, (button) => button.reply.id), {
          error: 'must have buttons with different ids',
        })
        .refine((buttons) => areUnique(buttons, (button) => button.reply.title), {
          error: 'must have buttons with different titles',
        }),
    }),
  });

const rowSchema = () =>
  z.strictObject({
    id: textSchema(200),
    title: textSchema(24),
    description: textSchema(72).optional(),
  });

/** Source: Meta, "Interactive list messages". */
const listMessageSchema = () =>
  z.strictObject({
    type: z.literal('list'),
    header: textHeaderSchema().optional(),
    body: z.strictObject({ text: textSchema(4096) }),
    ...footer(),
    action: z.strictObject({
      button: buttonLabelSchema(),
      sections: sectionsSchema(
        z.strictObject({
          title: sectionTitleSchema,
          rows: z.array(rowSchema()).min(1, 'must have a row'),
        }),
        { itemsOf: (section) => section.rows, max: 10, items: 'rows' },
      ).refine(
        (sections) =>
          areUnique(
            sections.flatMap((section) => section.rows),
            (row) => row.id,
          ),
        { error: 'must have rows with different ids' },
      ),
    }),
  });

/** Source: Meta, "Interactive call-to-action URL button messages". */
const ctaUrlSchema = () =>
  z.strictObject({
    type: z.literal('cta_url'),
    header: headerSchema().optional(),
    body: bodySchema(),
    ...footer(),
    action: z.strictObject({
      name: z.literal('cta_url'),
      parameters: z.strictObject({ display_text: buttonLabelSchema(), url: webLinkSchema(2048) }),
    }),
  });

/** Source: Meta, "Location request messages". */
const locationRequestSchema = () =>
  z.strictObject({
    type: z.literal('location_request_message'),
    body: bodySchema(),
    action: z.strictObject({ name: z.literal('send_location') }),
  });

/** Source: Meta, "Sending flows". */
const flowSchema = () =>
  z.strictObject({
    type: z.literal('flow'),
    header: headerSchema().optional(),
    body: bodySchema(),
    ...footer(),
    action: z.strictObject({
      name: z.literal('flow'),
      parameters: z
        .strictObject({
          flow_message_version: z.literal('3'),
          flow_id: graphIdSchema.optional(),
          flow_name: textSchema(256).optional(),
          flow_cta: textSchema(30),
          flow_token: textSchema(1024).optional(),
          mode: z.enum(['draft', 'published']).optional(),
          flow_action: z.enum(['navigate', 'data_exchange']).optional(),
          flow_action_payload: z
            .strictObject({
              screen: textSchema(256).optional(),
              data: z
                .record(z.string(), z.json())
                .refine((data) => Object.keys(data).length > 0, 'must not be empty')
                .optional(),
            })
            .optional(),
        })
        .refine((parameters) => 'flow_id' in parameters !== 'flow_name' in parameters, {
          error: 'must have either flow_id or flow_name',
          ...evenIfWrong,
        }),
    }),
  });

/** Source: Meta, "Single-product messages": no header. */
const productSchema = () =>
  z.strictObject({
    type: z.literal('product'),
    body: bodySchema().optional(),
    ...footer(),
    action: z.strictObject({
      catalog_id: graphIdSchema,
      product_retailer_id: productRetailerIdSchema,
    }),
  });

/** Source: Meta, "Multi-product messages": with a header. */
const productListSchema = () =>
  z.strictObject({
    type: z.literal('product_list'),
    header: textHeaderSchema(),
    body: bodySchema(),
    ...footer(),
    action: z.strictObject({ catalog_id: graphIdSchema, sections: productSectionsSchema() }),
  });

/** Source: Meta, "Catalog messages". */
const catalogSchema = () =>
  z.strictObject({
    type: z.literal('catalog_message'),
    body: bodySchema(),
    ...footer(),
    action: z.strictObject({
      name: z.literal('catalog_message'),
      parameters: z
        .strictObject({ thumbnail_product_retailer_id: productRetailerIdSchema.optional() })
        .optional(),
    }),
  });

const addressPartSchema = textSchema(1024).optional();

/** Fields of India's and of Singapore's form. */
const addressSchema = () =>
  z.strictObject({
    name: addressPartSchema,
    phone_number: addressPartSchema,
    in_pin_code: addressPartSchema,
    sg_post_code: addressPartSchema,
    house_number: addressPartSchema,
    floor_number: addressPartSchema,
    tower_number: addressPartSchema,
    unit_number: addressPartSchema,
    building_name: addressPartSchema,
    address: addressPartSchema,
    landmark_area: addressPartSchema,
    city: addressPartSchema,
    state: addressPartSchema,
  });

/** Source: Meta, "Address messages": India, and Singapore in older versions of the page. */
const addressMessageSchema = () =>
  z.strictObject({
    type: z.literal('address_message'),
    header: headerSchema().optional(),
    body: bodySchema(),
    ...footer(),
    action: z.strictObject({
      name: z.literal('address_message'),
      parameters: z.strictObject({
        country: z.enum(['IN', 'SG']),
        values: addressSchema().optional(),
        saved_addresses: z
          .array(z.strictObject({ id: textSchema(256), value: addressSchema() }))
          .optional(),
        validation_errors: addressSchema().optional(),
      }),
    }),
  });

/** Source: Meta, "User call permissions". */
const callPermissionSchema = () =>
  z.strictObject({
    type: z.literal('call_permission_request'),
    body: bodySchema().optional(),
    action: z.strictObject({ name: z.literal('call_permission_request') }),
  });

/** Source: Meta, "Call button messages and deep links". */
const voiceCallSchema = () =>
  z.strictObject({
    type: z.literal('voice_call'),
    body: bodySchema(),
    action: z.strictObject({
      name: z.literal('voice_call'),
      parameters: z
        .strictObject({
          display_text: buttonLabelSchema().optional(),
          ttl_minutes: z.int().min(1).max(43_200).optional(),
          payload: textSchema(512).optional(),
        })
        .optional(),
    }),
  });

/** Asks a person who is known by username alone for the phone number. */
const contactInfoRequestSchema = () =>
  z.strictObject({
    type: z.literal('request_contact_info'),
    body: bodySchema(),
    action: z.strictObject({ name: z.literal('request_contact_info') }),
  });

/**
 * The `interactive` object of a message, of every kind but payments. Its schemas are made at its first use:
 * a twelfth of a cold start, and most sends are texts.
 */
export const interactiveContentSchema = z.lazy(() => {
  const kinds = [
    buttonSchema(),
    listMessageSchema(),
    ctaUrlSchema(),
    locationRequestSchema(),
    flowSchema(),
    productSchema(),
    productListSchema(),
    catalogSchema(),
    carouselSchema(),
    addressMessageSchema(),
    callPermissionSchema(),
    voiceCallSchema(),
    contactInfoRequestSchema(),
  ] as const;

  const kindNames = kinds.map((kind) => kind.shape.type.value).join(', ');

  return z.discriminatedUnion(
    'type',
    kinds,
    unknownKind(`must be one of ${kindNames}; order_details and order_status are not supported`),
  );
});
