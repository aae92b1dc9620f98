import * as z from 'zod';

/** What is used of the event of `republish-jobs`. Source: Lambda Developer Guide, "Using Lambda with Amazon SQS". */
export const republishEventSchema = z.object({
  Records: z.array(
    z
      .object({
        messageId: z.string(),
        receiptHandle: z.string(),
        body: z.string(),
        /** In epoch ms. */
        attributes: z.object({ SentTimestamp: z.coerce.number() }),
      })
      .transform(({ messageId, receiptHandle, body, attributes }) => ({
        id: messageId,
        receiptHandle,
        body,
        queuedAtMs: attributes.SentTimestamp,
      })),
  ),
});
