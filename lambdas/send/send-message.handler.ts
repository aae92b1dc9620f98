import { outgoingMediaOf } from './media/outgoing-media.composition.ts';
import { sendHandler } from './send.composition.ts';
import { sendRequestSchema } from './send-request.schema.ts';

/** `whatsapp-send-message`: sends any message. */
export const handler = sendHandler(sendRequestSchema, outgoingMediaOf);
