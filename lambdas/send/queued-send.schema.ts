import * as z from 'zod';
import { organizationIdSchema } from '../../shared/organization-id.schema.ts';
import { outboundMessageSchema } from './message/outbound-message.schema.ts';

/** A message of the send queues: the content of a send, of which the record keeps none. */
export const queuedSendSchema = z.strictObject({
  schemaVersion: z.literal(1),
  sendId: z.string().min(1),
  organizationId: organizationIdSchema,
  phoneNumberId: z.string().min(1),
  /** Two requests under one key may both get as far as the queue: this is the one that the record is of. */
  requestHash: z.string().min(1),
  message: outboundMessageSchema,
});

/** A message of the send queues. */
export type QueuedSendMessage = z.output<typeof queuedSendSchema>;
