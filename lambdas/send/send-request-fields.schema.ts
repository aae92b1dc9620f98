import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';
import { maxClientReferenceLength } from '../../shared/sends/send-id.ts';

/** What is asked of every send beside its message. */
export const sendRequestFields = {
  organizationId: organizationIdSchema,
  phoneNumberId: z.string().regex(/^\d{1,32}$/, 'must be 1 to 32 digits'),
  clientReference: z
    .string()
    .min(1, 'must not be empty')
    // In UTF-16 units, the most that a character can count as where Meta measures the callback data.
    .max(maxClientReferenceLength, {
      error: ({ input }) =>
        `must be at most ${maxClientReferenceLength} characters, has ${String(input).length}`,
    })
    // Several are asked about at once, separated by commas.
    .regex(/^[^\p{Cc},]*$/u, 'must be without control characters and commas')
    .optional(),
  delivery: z.enum(['now', 'queued']).optional(),
  expiresAt: z.iso
    .datetime({ offset: true, error: 'must be a time as RFC 3339, with Z or an offset' })
    .transform((time) => new Date(time).toISOString())
    .optional(),
  validateOnly: z.boolean().optional(),
};
