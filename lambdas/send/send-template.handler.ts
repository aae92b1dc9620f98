import { sendHandler } from './send.composition.ts';
import { templateSendRequestSchema } from './send-template-request.schema.ts';

/** `whatsapp-send-template`: sends a template message. */
export const handler = sendHandler(templateSendRequestSchema);
