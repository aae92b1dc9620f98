import * as z from 'zod';
import { evenIfWrong, listSchema, textSchema } from './fields.schema.ts';

/** Meta documents no lengths here; this keeps a card from growing without bound. */
const fieldSchema = textSchema(1024).optional();

const nameSchema = () =>
  z
    .strictObject({
      formatted_name: textSchema(1024),
      first_name: fieldSchema,
      middle_name: fieldSchema,
      last_name: fieldSchema,
      prefix: fieldSchema,
      suffix: fieldSchema,
    })
    .refine(
      ({ formatted_name: _, ...parts }) => Object.values(parts).some((part) => part !== undefined),
      {
        error: 'must have one of first_name, middle_name, last_name, prefix, suffix',
        ...evenIfWrong,
      },
    );

const contactSchema = () =>
  z.strictObject({
    name: nameSchema(),
    addresses: z
      .array(
        z.strictObject({
          street: fieldSchema,
          city: fieldSchema,
          state: fieldSchema,
          zip: fieldSchema,
          country: fieldSchema,
          country_code: fieldSchema,
          type: fieldSchema,
        }),
      )
      .optional(),
    birthday: z.iso.date({ error: 'must be a date as YYYY-MM-DD' }).optional(),
    emails: z.array(z.strictObject({ email: fieldSchema, type: fieldSchema })).optional(),
    org: z
      .strictObject({ company: fieldSchema, department: fieldSchema, title: fieldSchema })
      .optional(),
    phones: z
      .array(z.strictObject({ phone: fieldSchema, type: fieldSchema, wa_id: fieldSchema }))
      .optional(),
    urls: z.array(z.strictObject({ url: fieldSchema, type: fieldSchema })).optional(),
  });

/**
 * Address cards. Source: Meta, "Contacts messages". Its limit is 257 there and 5 in its OpenAPI file;
 * the larger one refuses nothing that Meta may take.
 */
export const contactsContentSchema = z.lazy(() =>
  listSchema(contactSchema(), { max: 257, items: 'contacts' }),
);
