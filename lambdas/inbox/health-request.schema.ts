import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';

/** GET `/whatsapp-health`. */
export const healthQuerySchema = z.strictObject({ organizationId: organizationIdSchema });
