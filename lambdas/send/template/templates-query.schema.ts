import * as z from 'zod';
import { organizationIdSchema } from '../../../shared/organization-id.schema.ts';

const maxTemplates = 100;

const wabaIdSchema = z
  .string()
  .regex(/^\d{1,32}$/, 'must be the id of a WhatsApp Business Account');

const place = z.object({ wabaId: wabaIdSchema, after: z.string().min(1).max(1024) });

const cursorSchema = z
  .string()
  .max(2048)
  .transform((cursor, context) => {
    try {
      return place.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
    } catch {
      context.addIssue({ code: 'custom', message: 'must be the nextCursor of an earlier answer' });
      return z.NEVER;
    }
  });

/** Where a list goes on. */
export type TemplateCursor = z.output<typeof place>;

/** A place in a list as a caller gets it. */
export function writtenCursor(cursor: TemplateCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

const paging = {
  limit: z.coerce
    .number()
    .pipe(z.int().min(1).max(maxTemplates, `must be at most ${maxTemplates}`))
    .default(maxTemplates),
  cursor: cursorSchema.optional(),
};

/** The query of GET /whatsapp-get-templates. */
export const templatesOfWabaQuerySchema = z.strictObject({
  organizationId: organizationIdSchema,
  wabaId: wabaIdSchema,
  /** `live`: Meta is asked in any case; `stored`: only where what is stored may be out of date. */
  source: z.enum(['live', 'stored']).default('stored'),
  ...paging,
});

/** The query of GET /whatsapp-get-templates. */
export type TemplatesOfWabaQuery = z.output<typeof templatesOfWabaQuerySchema>;

const upperCase = z
  .string()
  .min(1)
  .max(64)
  .transform((text) => text.toUpperCase());

/** The query of GET /whatsapp-templates: the filters are those of Meta's enumerations, which are open. */
export const templateListQuerySchema = z.strictObject({
  organizationId: organizationIdSchema,
  wabaId: wabaIdSchema.optional(),
  status: upperCase.optional(),
  category: upperCase.optional(),
  language: z
    .string()
    .min(1)
    .max(16)
    .transform((language) => language.replaceAll('-', '_'))
    .optional(),
  name: z.string().min(1).max(512).optional(),
  ...paging,
});

/** The query of GET /whatsapp-templates. */
export type TemplateListQuery = z.output<typeof templateListQuerySchema>;
