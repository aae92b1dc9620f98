import * as z from 'zod';
import {
  fileBesideProblem,
  mediaReferenceSchema,
  withIdToCome,
} from './media/media-reference.schema.ts';
import { outboundMessageSchema } from './message/outbound-message.schema.ts';
import { sendRequestFields } from './send-request-fields.schema.ts';

/** The body of a send of any message. */
export const sendRequestSchema = z.preprocess(
  withIdToCome,
  z
    .strictObject({
      ...sendRequestFields,
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
