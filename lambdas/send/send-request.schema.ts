import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';
import { maxClientReferenceLength } from '../../shared/sends/send-id.ts';
import {
  fileBesideProblem,
  mediaReferenceSchema,
  withIdToCome,
} from './media/media-reference.schema.ts';
import {
  outboundMessageSchema,
  reactionMessageSchema,
  templateMessageSchema,
} from './message/outbound-message.schema.ts';

/** What is asked of every send beside its message. */
const request = {
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

/** The body of a send of any message. */
export const sendRequestSchema = z.preprocess(
  withIdToCome,
  z
    .strictObject({
      ...request,
      media: mediaReferenceSchema.optional(),
      message: outboundMessageSchema,
    })
    .check(({ value, issues }) => {
      const problem = value.media && fileBesideProblem(value.message);
      if (problem !== undefined) {
        issues.push({ code: 'custom', path: ['media'], message: problem, input: value });
      }
    }),
);

/**
 * A send that has been asked for; `expiresAt` in UTC with milliseconds. Where it has `media`, its message
 * is to be sent only as `OutgoingMedia` gives it back.
 */
export type SendRequest = z.output<typeof sendRequestSchema>;

/** The body of a template's send. */
export const templateSendRequestSchema = z.strictObject({
  ...request,
  message: templateMessageSchema,
});

/** The body of a reaction's send. */
export const reactionSendRequestSchema = z.strictObject({
  ...request,
  message: reactionMessageSchema,
});
