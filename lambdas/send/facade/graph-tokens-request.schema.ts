import * as z from 'zod';
import { organizationIdSchema } from '../../../shared/organization-id.schema.ts';

/** The body of POST /graph-tokens. */
export const issueTokenSchema = z.strictObject({
  organizationId: organizationIdSchema,
  /** What tells it from others: the client that it is for. */
  name: z
    .string()
    .min(1, 'must not be empty')
    .max(64, 'must be at most 64 characters')
    .regex(/^\P{Cc}*$/u, 'must be without control characters'),
});

/** The query of GET /graph-tokens. */
export const listTokensQuerySchema = z.strictObject({ organizationId: organizationIdSchema });

/** The query of DELETE /graph-tokens. */
export const revokeTokenQuerySchema = z.strictObject({
  organizationId: organizationIdSchema,
  tokenId: z.uuid('must be the id of a token'),
});
