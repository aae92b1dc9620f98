import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';
import { settingsSchema } from '../../shared/settings/settings.schema.ts';

/** GET `/whatsapp-settings`. */
export const settingsQuerySchema = z.strictObject({ organizationId: organizationIdSchema });

/** PUT `/whatsapp-settings`: all settings anew; what is left out gets its default. */
export const settingsRequestSchema = z.strictObject({
  organizationId: organizationIdSchema,
  ...settingsSchema.shape,
});
