import * as z from 'zod';
import { metaList, metaMessageSchema, optionalText } from './meta.schema.ts';

/** Copies of a thread that somebody else owns. Source: Meta, Webhooks reference, standby. */
export const metaStandbySchema = z.object({
  messages: metaList,
  message_echoes: metaList,
  statuses: metaList,
});

/** A copy of a message: an echo has the body that was sent to Meta's API inside. */
export const metaObservedSchema = z.intersection(
  metaMessageSchema,
  z.object({
    message: z
      .object({
        to: optionalText,
        recipient: optionalText,
        recipient_type: optionalText,
      })
      .optional()
      .catch(undefined),
  }),
);

/** A copy of a message. */
export type MetaObserved = z.output<typeof metaObservedSchema>;
