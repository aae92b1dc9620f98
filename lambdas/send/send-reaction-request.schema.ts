import * as z from 'zod';
import { reactionMessageSchema } from './message/reaction-message.schema.ts';
import { sendRequestFields } from './send-request-fields.schema.ts';

/** The body of a reaction's send. */
export const reactionSendRequestSchema = z.strictObject({
  ...sendRequestFields,
  message: reactionMessageSchema,
});
