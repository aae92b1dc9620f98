import { sendHandler } from './send.composition.ts';
import { reactionSendRequestSchema } from './send-reaction-request.schema.ts';

/** `whatsapp-send-reaction`: sends a reaction, or takes one back. */
export const handler = sendHandler(reactionSendRequestSchema);
