import * as z from 'zod';
import { templateMessageSchema } from './message/template-message.schema.ts';
import { sendRequestFields } from './send-request-fields.schema.ts';

/** The body of a template's send. */
export const templateSendRequestSchema = z.strictObject({
  ...sendRequestFields,
  message: templateMessageSchema,
});
