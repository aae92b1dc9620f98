import * as z from 'zod';
import { listSchema, productRetailerIdSchema, textSchema } from './fields.schema.ts';

/** A section's title, which only the only section may do without. */
export const sectionTitleSchema = textSchema(24).optional();

/**
 * Up to 10 sections that have at most `max` items between them.
 * Source: Meta, "Interactive list messages"; "Multi-product messages".
 * @param itemsOf a section's items, and `items` what they are called in the plural
 */
export function sectionsSchema<Section extends z.ZodType<{ title?: string | undefined }>>(
  section: Section,
  {
    itemsOf,
    max,
    items,
  }: { itemsOf: (section: z.output<Section>) => unknown[]; max: number; items: string },
) {
  return listSchema(section, { max: 10, items: 'sections' }).superRefine((sections, context) => {
    const total = sections.flatMap(itemsOf).length;
    if (total > max) {
      context.addIssue(`must have at most ${max} ${items} in total, has ${total}`);
    }
    for (const [index, { title }] of sections.entries()) {
      if (title === undefined && sections.length > 1) {
        context.addIssue({
          code: 'custom',
          path: [index, 'title'],
          message: 'is required where there is more than one section',
        });
      }
    }
  });
}

/** Products of a catalogue, in sections. Source: Meta, "Multi-product messages". */
export const productSectionsSchema = () =>
  sectionsSchema(
    z.strictObject({
      title: sectionTitleSchema,
      product_items: z
        .array(z.strictObject({ product_retailer_id: productRetailerIdSchema }))
        .min(1, 'must have a product'),
    }),
    { itemsOf: (section) => section.product_items, max: 30, items: 'products' },
  );
