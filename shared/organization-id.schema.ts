import * as z from 'zod';

/** How Nexus names an organisation. */
export const organizationIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);
