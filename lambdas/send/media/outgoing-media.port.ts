import type { OutboundMessage } from '../message/outbound-message.schema.ts';
import type { SendRequest } from '../send-request.schema.ts';

/** The organisations' own files on their way to Meta. */
export interface OutgoingMedia {
  /**
   * The message to be sent: with Meta's id of the file that the request names beside it, which is handed
   * to Meta where it does not have it yet. May be repeated. Any other message comes back as it is, and so
   * does one that is only to be validated, once its file has been found good.
   * @throws Problem `not-found`, `media-unusable`, and what Meta answers
   */
  resolve(request: SendRequest, wabaId: string): Promise<OutboundMessage>;
}
